import {
  ensureTopic,
  kafkaProblems,
  keepTopicFor,
  kafkaSettingsOf,
  kafkaVariables,
} from '@darkroom/adapter-kafka';
import { Command, InvalidArgumentError } from 'commander';
import { z } from 'zod';
import type { CliContext } from '../cli-context.ts';

/** The variables of Kafka, where it is used. */
export const kafkaSchema = z.object(kafkaVariables).superRefine((env, issues) => {
  for (const { variable, message } of kafkaProblems(env))
    issues.addIssue({ code: 'custom', path: [variable], message });
});

/** `darkroom topic`: makes the Kafka topic of the events where it is missing. */
export function topicCommand(context: CliContext): Command {
  return new Command('topic')
    .description('Make the Kafka topic of the events where it is missing')
    .option('--retention-hours <hours>', 'keep its events so long from now on', wholeHours)
    .action(async ({ retentionHours }: { readonly retentionHours?: number }) => {
      const settings = kafkaSettingsOf(context.settings(kafkaSchema), 'darkroom-cli');
      await ensureTopic(settings);
      if (retentionHours !== undefined) await keepTopicFor(settings, retentionHours * 3_600_000);
      console.log(`The topic ${settings.topic} is in place.`);
    });
}

function wholeHours(text: string): number {
  const hours = Number(text);
  if (!Number.isInteger(hours) || hours < 1) throw new InvalidArgumentError('a whole number above 0');
  return hours;
}
