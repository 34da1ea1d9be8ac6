/** Short-lived files on the local disk, for programs that read images from a path. */
export interface Scratch {
  /** Gives `work` a path where nothing is yet, and removes what lies there afterwards, however `work` ends. */
  withFile<T>(work: (path: string) => Promise<T>): Promise<T>;
}
