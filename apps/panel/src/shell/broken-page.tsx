import { Component } from 'react';
import type { ReactNode } from 'react';
import { PlainButton } from '../ui/plain-button.tsx';
import { StatePage } from '../ui/state-page.tsx';
import { words } from '../words/words.ts';

/** A page that throws breaks alone: the navigation stays. Another page makes a new one, by its `key`. */
export class BrokenPage extends Component<{ children: ReactNode }, { isBroken: boolean }> {
  override state = { isBroken: false };

  static getDerivedStateFromError() {
    return { isBroken: true };
  }

  override render() {
    if (!this.state.isBroken) return this.props.children;
    const reload = <PlainButton onClick={() => window.location.reload()}>{words.shell.reload}</PlainButton>;
    return <StatePage heading={words.shell.brokenHeading} kind="error" title={words.shell.brokenText} action={reload} />;
  }
}
