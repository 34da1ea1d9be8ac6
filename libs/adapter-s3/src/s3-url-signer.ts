import { getSignedUrl as signForCloudFront } from '@aws-sdk/cloudfront-signer';
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { createPresignedPost } from '@aws-sdk/s3-presigned-post';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import {
  isPublicKey,
  prefixes,
  type PresignedPost,
  type UploadPolicy,
  type UrlSigner,
} from '@darkroom/domain';
import { encodeKey } from './s3-client.ts';
import { callS3 } from './s3-errors.ts';
import type { S3Settings } from './s3-settings.ts';

const defaultExpirySeconds = 3_600;

/** Signs with the client of the public endpoint, so that what is given out works from outside. */
export class S3UrlSigner implements UrlSigner {
  readonly #client: S3Client;
  readonly #settings: S3Settings;

  constructor(publicClient: S3Client, settings: S3Settings) {
    this.#client = publicClient;
    this.#settings = settings;
  }

  /**
   * A POST policy that fixes bucket, key, type, size and expiry (Amazon S3 API, "POST Object" and "Creating a POST
   * policy"). `success_action_status` names 204, the status that S3 gives anyway, for stores with another default.
   */
  async presignPost(policy: UploadPolicy): Promise<PresignedPost> {
    const { key, contentType, size, sha256, expiresInSeconds } = policy;
    const Fields = {
      'Content-Type': contentType,
      success_action_status: '204',
      ...(sha256 === null ? {} : checksumFields(sha256)),
    };
    const expiresAt = new Date(Math.floor(Date.now() / 1_000) * 1_000 + expiresInSeconds * 1_000);
    const { url, fields } = await callS3('presign', () =>
      createPresignedPost(this.#client, {
        Bucket: this.#settings.bucket,
        Key: key,
        Conditions: [['content-length-range', size, size]],
        Fields,
        Expires: expiresInSeconds,
      }),
    );
    return { url, fields, expiresAt };
  }

  async signGet(
    key: string,
    options: { readonly downloadName?: string; readonly expiresInSeconds?: number } = {},
  ): Promise<string> {
    const { downloadName, expiresInSeconds = defaultExpirySeconds } = options;
    const { cloudFront } = this.#settings;
    // Originals never pass a shared cache: private variants alone go by CloudFront
    if (cloudFront !== undefined && downloadName === undefined && key.startsWith(prefixes.privateImages)) {
      return signForCloudFront({
        url: join(cloudFront.baseUrl, key),
        keyPairId: cloudFront.keyPairId,
        privateKey: cloudFront.privateKey,
        dateLessThan: new Date(Date.now() + expiresInSeconds * 1_000),
      });
    }
    const command = new GetObjectCommand({
      Bucket: this.#settings.bucket,
      Key: key,
      ...(downloadName === undefined ? {} : { ResponseContentDisposition: attachment(downloadName) }),
    });
    return callS3('sign', () => getSignedUrl(this.#client, command, { expiresIn: expiresInSeconds }));
  }

  async urlOf(key: string): Promise<string> {
    return isPublicKey(key) ? join(this.#publicBase(), key) : this.signGet(key);
  }

  #publicBase(): string {
    const { publicBaseUrl, publicEndpoint, endpoint, bucket, region, forcePathStyle } = this.#settings;
    if (publicBaseUrl !== undefined) return publicBaseUrl;
    const own = publicEndpoint ?? endpoint;
    const base = new URL(own ?? `https://s3.${region}.amazonaws.com`);
    if (forcePathStyle ?? own !== undefined) return join(base.href, bucket);
    base.hostname = `${bucket}.${base.hostname}`;
    return base.href;
  }
}

/** Form fields that make S3 check the SHA-256 of what is sent, and nothing else be sent under this policy. */
function checksumFields(sha256: string): Record<string, string> {
  return {
    'x-amz-checksum-algorithm': 'SHA256',
    'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64'),
  };
}

function join(base: string, key: string): string {
  return `${base.replace(/\/+$/, '')}/${encodeKey(key)}`;
}

/** `Content-Disposition` after RFC 6266, with any file name. */
function attachment(name: string): string {
  const ascii = name.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const encoded = encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);
  return `attachment; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}
