const oursByText =
  /out of memory|allocate|No such file|is missing|too many open files|no space left|input\/output error|permission denied|create thread|temporarily unavailable|timed out/i;

/** Whether an error amid work on a file tells of the machine, not of the file: trying again may end otherwise. */
export function isOurFault(error: unknown): boolean {
  const ofTheSystem = typeof error === 'object' && error !== null && 'syscall' in error;
  return ofTheSystem || oursByText.test(String(error));
}
