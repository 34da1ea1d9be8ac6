import { ensureTopic, kafkaProblems, kafkaSettingsOf, kafkaVariables } from '@darkroom/adapter-kafka';
import { Command } from 'commander';
import { z } from 'zod';
import type { CliContext } from '../cli-context.ts';

const schema = z.object(kafkaVariables).superRefine((env, issues) => {
  for (const { variable, message } of kafkaProblems(env))
    issues.addIssue({ code: 'custom', path: [variable], message });
});

/** `darkroom topic`: makes the Kafka topic of the events where it is missing. */
export function topicCommand(context: CliContext): Command {
  return new Command('topic')
    .description('Make the Kafka topic of the events where it is missing')
    .action(async () => {
      const settings = kafkaSettingsOf(context.settings(schema), 'darkroom-cli');
      await ensureTopic(settings);
      console.log(`The topic ${settings.topic} is in place.`);
    });
}
