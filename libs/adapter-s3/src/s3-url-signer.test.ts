import { generateKeyPairSync } from 'node:crypto';
import { openS3 } from './open-s3.ts';
import type { S3Settings } from './s3-settings.ts';

const base: S3Settings = {
  bucket: 'pictures',
  region: 'eu-west-1',
  credentials: { accessKeyId: 'key', secretAccessKey: 'secret' },
};
const signer = (settings: Partial<S3Settings>) => openS3({ ...base, ...settings }).signer;

describe('URLs given out', () => {
  it.each([
    [{}, 'https://pictures.s3.eu-west-1.amazonaws.com/images/a%20b.webp'],
    [{ endpoint: 'http://inside:9000' }, 'http://inside:9000/pictures/images/a%20b.webp'],
    [
      { endpoint: 'http://inside:9000', publicEndpoint: 'https://s3.example' },
      'https://s3.example/pictures/images/a%20b.webp',
    ],
    [{ publicBaseUrl: 'https://cdn.example/' }, 'https://cdn.example/images/a%20b.webp'],
  ])('are plain for public keys: %j', async (settings, url) => {
    expect(await signer(settings).urlOf('images/a b.webp')).toBe(url);
  });

  it('name the public endpoint alone when signed', async () => {
    const given = signer({ endpoint: 'http://inside:9000', publicEndpoint: 'https://s3.example' });
    expect(await given.urlOf('private/a.webp')).toMatch(
      /^https:\/\/s3\.example\/pictures\/private\/a\.webp\?.*X-Amz-Signature=/,
    );
    const policy = { key: 'k', contentType: 'image/png', size: 1, sha256: null, expiresInSeconds: 60 };
    expect((await given.presignPost(policy)).url).toBe('https://s3.example/pictures');
  });

  it('are signed for CloudFront where it is set, for private variants but never for originals', async () => {
    const { privateKey } = generateKeyPairSync('rsa', {
      modulusLength: 2048,
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    const given = signer({ cloudFront: { baseUrl: 'https://d1.example', keyPairId: 'K1', privateKey } });
    expect(await given.urlOf('private/a.webp')).toMatch(
      /^https:\/\/d1\.example\/private\/a\.webp\?.*Key-Pair-Id=K1/,
    );
    expect(await given.signGet('originals/a.jpg')).toMatch(/^https:\/\/pictures\.s3\./);
  });
});
