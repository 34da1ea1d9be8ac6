export { HttpInspector, openInspector, type HttpInspectorOptions } from './http-inspector.ts';
export { inspectorVariables, type InspectorEnvironment } from './inspector-settings.ts';
