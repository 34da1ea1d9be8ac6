import { readReport, type JestReport } from './report.ts';

const test = (status: string, ...titles: string[]) => ({
  status,
  ancestorTitles: titles.slice(0, -1),
  title: titles.at(-1) ?? '',
});

function report(part: Partial<JestReport>): JestReport {
  return {
    numPassedTests: 0,
    numFailedTests: 0,
    numRuntimeErrorTestSuites: 0,
    success: true,
    testResults: [],
    ...part,
  };
}

const suite = (status: string, message: string, ...assertionResults: ReturnType<typeof test>[]) => ({
  name: '/repo/libs/a.test.ts',
  status,
  message,
  assertionResults,
});

describe('readReport', () => {
  it('counts test cases, and a suite that could not be loaded as a failed one', () => {
    const outcome = readReport(
      report({
        numPassedTests: 3,
        numFailedTests: 1,
        numRuntimeErrorTestSuites: 1,
        success: false,
        testResults: [suite('failed', 'SyntaxError: nonsense\n at x')],
      }),
      '/repo',
    );
    expect(outcome).toMatchObject({ passed: 3, failed: 2 });
    expect(outcome.problems).toEqual(['libs/a.test.ts could not be run: SyntaxError: nonsense']);
  });

  it('tells suites of which nothing ran from single skipped test cases', () => {
    const tests = [test('passed', 'one', 'a'), test('pending', 'one', 'b'), test('todo', 'two', 'c')];
    const outcome = readReport(
      report({ numPassedTests: 1, testResults: [suite('passed', '', ...tests)] }),
      '/repo',
    );
    expect(outcome.skipped).toEqual(['libs/a.test.ts: one › b']);
    expect(outcome.notRun).toEqual(['libs/a.test.ts: two']);
  });

  it('has a problem where Jest failed and no test case did', () => {
    expect(readReport(report({ numPassedTests: 1, success: false }), '/repo').problems).toHaveLength(1);
  });
});
