import path from 'node:path';
import { format } from 'prettier';
import ts from 'typescript';

const root = path.resolve(import.meta.dirname, '../..');
const names = [
  'CategoryBody',
  'Description',
  'FailureCode',
  'ImageBody',
  'ImageSummaryBody',
  'PresignedUploadBody',
  'ProblemBody',
  'TimelineEntryBody',
  'VariantBody',
];
const header = `/*
 * Written by \`npm run docs\` from the schemas of libs/contracts. Types alone, spelled out, so that the package that
 * front ends install needs no other.
 */
`;

/** The types of libs/contracts that `@darkroom/upload-client` speaks of, as a module that imports nothing. */
export async function contractTypes(): Promise<string> {
  const { config } = ts.readConfigFile(path.join(root, 'tsconfig.base.json'), (file) =>
    ts.sys.readFile(file),
  ) as {
    config: { compilerOptions: object };
  };
  const { options } = ts.convertCompilerOptionsFromJson({ ...config.compilerOptions, types: [] }, root);
  const entry = path.join(root, 'libs/contracts/src/index.ts');
  const program = ts.createProgram([entry], { ...options, noEmit: true });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const module = source && checker.getSymbolAtLocation(source);
  if (module === undefined) throw new Error(`${entry} is no module`);
  const exported = new Map(checker.getExportsOfModule(module).map((symbol) => [symbol.name, symbol]));
  const flags = ts.TypeFormatFlags.NoTruncation | ts.TypeFormatFlags.InTypeAlias;
  const types = names.map((name) => {
    const symbol = exported.get(name);
    if (symbol === undefined) throw new Error(`libs/contracts exports no ${name}`);
    const alias = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    const text = checker.typeToString(checker.getDeclaredTypeOfSymbol(alias), undefined, flags);
    return `export type ${name} = ${text};\n`;
  });
  const prettier = { parser: 'typescript', singleQuote: true, printWidth: 110 } as const;
  return format(header + types.join('\n'), prettier);
}
