/**
 * Runs something while the tab is in view, and ends it while it is not: browsers open six connections to a host for all
 * tabs together, and a stream holds one. Answers what ends it for good.
 */
export function whileVisible(run: () => () => void): () => void {
  let end: (() => void) | undefined;
  const look = () => {
    const visible = document.visibilityState === 'visible';
    if (visible && end === undefined) end = run();
    if (visible || end === undefined) return;
    end();
    end = undefined;
  };
  look();
  document.addEventListener('visibilitychange', look);
  return () => {
    document.removeEventListener('visibilitychange', look);
    end?.();
  };
}
