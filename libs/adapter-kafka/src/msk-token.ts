/**
 * A token for MSK's access control by IAM: a signed request to connect, with the credentials of the AWS chain (web identity,
 * Pod Identity, instance role, environment). Valid for 15 minutes.
 */
export async function mskToken(region: string): Promise<string> {
  // With all of AWS's ways to find credentials: loaded by those who need them
  const { generateAuthToken } = await import('aws-msk-iam-sasl-signer-js');
  const { token } = await generateAuthToken({ region });
  return token;
}
