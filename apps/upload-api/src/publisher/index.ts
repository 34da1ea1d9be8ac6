export {
  publisherGroup,
  startPublisher,
  type PublisherDependencies,
  type RunningPublisher,
} from './publisher.ts';
