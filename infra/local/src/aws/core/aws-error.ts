/** An error that is answered to the client in the words AWS uses: its code, status and message. */
export class AwsError extends Error {
  readonly code: string;
  readonly status: number;
  /** Further elements of the XML error document, e.g. `ArgumentName`. */
  readonly details: Readonly<Record<string, string>>;

  constructor(code: string, status: number, message: string, details: Record<string, string> = {}) {
    super(message);
    this.name = 'AwsError';
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

export const accessDenied = (message = 'Access Denied'): AwsError =>
  new AwsError('AccessDenied', 403, message);
