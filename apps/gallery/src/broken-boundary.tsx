import { Component, type ReactNode } from 'react';
import { BrokenPage } from './broken-page.tsx';

/** For what goes wrong before there is a router: a part of the page that could not be loaded, above all. */
export class BrokenBoundary extends Component<
  { readonly children: ReactNode },
  { readonly broken: boolean }
> {
  static getDerivedStateFromError() {
    return { broken: true };
  }

  override state = { broken: false };

  override render() {
    return this.state.broken ? <BrokenPage /> : this.props.children;
  }
}
