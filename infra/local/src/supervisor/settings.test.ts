import path from 'node:path';
import { readSettings, StartError } from './settings.ts';

describe('readSettings', () => {
  it('has the documented defaults, also where a variable is empty', () => {
    expect(readSettings({ DARKROOM_HTTP_PORT: '' })).toMatchObject({
      dataDir: path.resolve('.darkroom'),
      httpPort: 8080,
      s3Port: 9000,
      eventBus: 'postgres',
      kafkaBrokers: [],
    });
  });

  it('takes several brokers', () => {
    expect(readSettings({ KAFKA_BROKERS: 'a:9092,b:9092' }).kafkaBrokers).toEqual(['a:9092', 'b:9092']);
  });

  it('names every variable that is wrong', () => {
    const read = (): unknown =>
      readSettings({ DARKROOM_S3_PORT: 'x', DARKROOM_SQS_PORT: '70000', EVENT_BUS: 'sns' });
    expect(read).toThrow(StartError);
    expect(read).toThrow(/DARKROOM_S3_PORT[^]*DARKROOM_SQS_PORT[^]*EVENT_BUS/);
  });
});
