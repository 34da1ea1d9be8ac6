import path from 'node:path';

/** The parts of Jest's JSON report that we read. */
export interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  numRuntimeErrorTestSuites: number;
  success: boolean;
  testResults: {
    name: string;
    status: string;
    message: string;
    assertionResults: { status: string; ancestorTitles: string[]; title: string }[];
  }[];
}

export interface Outcome {
  passed: number;
  failed: number;
  /** What is wrong beside failed test cases, in words. */
  problems: string[];
  /** Suites of which nothing ran. */
  notRun: string[];
  /** Test cases that were skipped within suites that ran. */
  skipped: string[];
}

/** What a report says. A suite that could not be loaded counts as one failed test case. */
export function readReport(report: JestReport, root: string): Outcome {
  const outcome: Outcome = {
    passed: report.numPassedTests,
    failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
    problems: [],
    notRun: [],
    skipped: [],
  };
  for (const { name, status, message, assertionResults } of report.testResults) {
    const file = path.relative(root, name);
    const suites = Map.groupBy(assertionResults, ({ ancestorTitles }) => ancestorTitles[0] ?? '');
    if (status === 'failed' && !assertionResults.some((test) => test.status === 'failed')) {
      outcome.problems.push(`${file} could not be run: ${message.trim().split('\n')[0] ?? ''}`);
    }
    for (const [title, tests] of suites) {
      const missing = tests.filter((test) => test.status !== 'passed' && test.status !== 'failed');
      if (missing.length === tests.length) outcome.notRun.push(`${file}: ${title}`);
      else
        outcome.skipped.push(
          ...missing.map((test) => `${file}: ${[...test.ancestorTitles, test.title].join(' › ')}`),
        );
    }
  }
  if (!report.success && outcome.failed === 0) {
    outcome.problems.push('Jest reports a failure outside of test cases; see above');
  }
  return outcome;
}
