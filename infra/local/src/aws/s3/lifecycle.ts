import { AwsError } from '../core/aws-error.ts';
import { childrenOf, elementsOf, malformedXml, textOf, type XmlElement } from './xml.ts';

const ACTIONS = [
  'Expiration',
  'Transition',
  'NoncurrentVersionExpiration',
  'NoncurrentVersionTransition',
  'AbortIncompleteMultipartUpload',
];
const invalid = (message: string): AwsError => new AwsError('InvalidRequest', 400, message);
const invalidArgument = (message: string): AwsError => new AwsError('InvalidArgument', 400, message);

/**
 * Checks a `<LifecycleConfiguration>` as S3 does and returns its rules to be stored. They are not carried out:
 * a local stack's cleanup is Darkroom's own.
 */
export const parseLifecycle = (document: XmlElement): readonly XmlElement[] => {
  const rules = elementsOf(document, 'Rule');
  if (rules.length === 0 || rules.length > 1000) throw malformedXml();
  const ids = rules.flatMap((rule) => textOf(rule, 'ID') ?? []);
  if (new Set(ids).size !== ids.length)
    throw invalidArgument('Rule ID must be unique. Found same ID for more than one rule');
  return rules.map((rule, index) => checkRule(rule, index));
};

const checkRule = (rule: XmlElement, index: number): XmlElement => {
  const id = textOf(rule, 'ID') || `rule-${index + 1}`;
  if (id.length > 255) throw invalidArgument('ID length should not exceed allowed limit of 255');
  const status = textOf(rule, 'Status');
  if (status !== 'Enabled' && status !== 'Disabled') throw malformedXml();
  if (rule['Filter'] === undefined && rule['Prefix'] === undefined) throw malformedXml();
  if (rule['Filter'] !== undefined && rule['Prefix'] !== undefined) throw malformedXml();
  if (!ACTIONS.some((action) => rule[action] !== undefined)) {
    throw invalid('At least one action needs to be specified in a rule');
  }
  for (const expiration of elementsOf(rule, 'Expiration')) checkExpiration(expiration);
  for (const abort of elementsOf(rule, 'AbortIncompleteMultipartUpload')) {
    assertDays(textOf(abort, 'DaysAfterInitiation'), 'AbortIncompleteMultipartUpload');
    if (
      elementsOf(rule, 'Filter').some((filter) => filter['Tag'] !== undefined || filter['And'] !== undefined)
    ) {
      throw invalid('AbortIncompleteMultipartUpload cannot be specified with Tags.');
    }
  }
  for (const expiration of elementsOf(rule, 'NoncurrentVersionExpiration')) {
    assertDays(textOf(expiration, 'NoncurrentDays'), 'NoncurrentVersionExpiration');
  }
  return { ...rule, ID: id };
};

const checkExpiration = (expiration: XmlElement): void => {
  const given = ['Days', 'Date', 'ExpiredObjectDeleteMarker'].filter(
    (name) => childrenOf(expiration, name).length > 0,
  );
  if (given.length !== 1) throw malformedXml();
  if (given[0] === 'Days') assertDays(textOf(expiration, 'Days'), 'Expiration');
  const date = textOf(expiration, 'Date');
  if (date !== undefined && !/T00:00:00(\.000)?Z$/.test(date))
    throw invalidArgument("'Date' must be at midnight GMT");
};

const assertDays = (text: string | undefined, action: string): void => {
  if (!/^\d+$/.test(text ?? '')) throw malformedXml();
  if (Number(text) < 1) throw invalidArgument(`'Days' for ${action} action must be a positive integer`);
};
