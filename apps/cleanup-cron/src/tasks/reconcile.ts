import { prefixes } from '@darkroom/domain';
import type { Task } from '../task.ts';
import { WrongPlaceGuard } from '../wrong-place.ts';
import { reconcileObjects } from './reconcile-objects.ts';
import { reconcileRows } from './reconcile-rows.ts';

/** Objects with no row, and rows with no object. */
export const reconcile: Task = async (context) => {
  const unknownObjects = new WrongPlaceGuard(context);
  for (const prefix of [prefixes.originals, prefixes.images, prefixes.privateImages]) {
    await reconcileObjects(context, prefix, unknownObjects);
  }
  await reconcileRows(context, new WrongPlaceGuard(context));
};
