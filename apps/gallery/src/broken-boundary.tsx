import { Component, type ReactNode } from 'react';
import { BrokenPage } from './broken-page.tsx';

/** For what goes wrong before there is a router. */
export class BrokenBoundary extends Component<{ readonly children: ReactNode }, { readonly error: unknown }> {
  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override state = { error: undefined };

  override render() {
    return this.state.error === undefined ? this.props.children : <BrokenPage error={this.state.error} />;
  }
}
