/** Where the emulator reports what no client can be told. */
export type Log = (message: string, error?: unknown) => void;
