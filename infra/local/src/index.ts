export { freePort, isFree } from './process/free-port.ts';
export { startPostgres, type PostgresOptions, type RunningPostgres } from './postgres/start-postgres.ts';
export {
  startKafka,
  type KafkaKind,
  type KafkaOptions,
  type NoKafka,
  type RunningKafka,
} from './kafka/start-kafka.ts';
export { startAwsEmulator, type AwsEmulator, type AwsEmulatorOptions } from './aws/emulator.ts';
export { spawnProgram, type Program, type SpawnedProgram } from './supervisor/spawn-program.ts';
export { waitFor, type WaitOptions } from './process/wait-for.ts';
