import { migrations } from './list.ts';
import type { Migration } from './migration.ts';

/** The last one of the first release, 0.1.0: no version came before that could meet the tables these leave. */
const before = '20261122203000-cleanup-runs';

/** What the version before would stumble over, since it goes on writing and reading while the new one starts. */
const breaking: readonly (readonly [what: string, RegExp])[] = [
  ['drops', /\bdrop\s+(?:table|column|view|type|function|sequence|constraint|index)\b/i],
  ['renames', /\brename\b/i],
  ['changes a type', /\balter\s+(?:column\s+)?\w+\s+(?:set\s+data\s+)?type\b/i],
  ['empties a table', /\b(?:truncate|delete\s+from)\b/i],
  ['forbids null', /\bset\s+not\s+null\b/i],
  [
    'adds a column that must be given',
    /\badd\s+column\s+(?:(?!,\s*(?:add|alter)\b|;|\bdefault\b|\bgenerated\b)[\s\S])*\bnot\s+null\b(?![^,;]*\b(?:default|generated)\b)/i,
  ],
  ['adds a constraint to what is there', /\badd\s+constraint\b/i],
];

/** What a migration does that the version before cannot live with, unless that version was made ready for it. */
function breaksOf({ sql, afterRelease }: Migration): string[] {
  if (afterRelease !== undefined) return [];
  const statements = sql.replaceAll(/--.*$/gm, '').replaceAll(/\/\*[\s\S]*?\*\//g, '');
  return breaking.filter(([, pattern]) => pattern.test(statements)).map(([what]) => what);
}

describe('migrations since the first release', () => {
  it('leave tables that the version before can work with', () => {
    const broken = migrations
      .filter(({ id }) => id > before)
      .map((migration) => [migration.id, breaksOf(migration)] as const)
      .filter(([, breaks]) => breaks.length > 0);
    expect(broken).toEqual([]);
  });

  const cases: [sql: string, breaks: string[]][] = [
    ['alter table images drop column width', ['drops']],
    ['DROP TABLE images', ['drops']],
    ['alter table images rename column width to w', ['renames']],
    ['alter table images alter column width type bigint', ['changes a type']],
    ['alter table images alter width set data type bigint', ['changes a type']],
    ['delete from images', ['empties a table']],
    ['alter table images alter column width set not null', ['forbids null']],
    ['alter table images add column a text not null', ['adds a column that must be given']],
    [
      "alter table images add column a text default '', add column b text not null",
      ['adds a column that must be given'],
    ],
    [
      'alter table images add constraint images_a_check check (width > 0)',
      ['adds a constraint to what is there'],
    ],
    ["alter table images add column a text not null default ''", []],
    ["alter table images add column a text default '' not null", []],
    ['alter table images add column a text; create table b (c text not null)', []],
    ['alter table images alter column width drop not null', []],
    ['-- drop table is only told of\ncreate index images_width_idx on images (width)', []],
  ];
  it.each(cases)('%s: %j', (sql, breaks) => {
    expect(breaksOf({ id: '', sql })).toEqual(breaks);
  });

  it('may break where a release before them no longer needs what goes', () => {
    expect(breaksOf({ id: '', sql: 'drop table old', afterRelease: '1.2.0' })).toEqual([]);
  });
});
