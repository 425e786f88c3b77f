import { QueryClientProvider } from '@tanstack/react-query';
import { Redirect, Route, Router, Switch, useLocation } from 'wouter';
import { createQueryClient } from './api/query-client.ts';
import { signedInPath } from './pages/page-table.ts';
import { pagesOf } from './pages/pages.ts';
import { titleOf } from './pages/titles.ts';
import { BrokenPage } from './shell/broken-page.tsx';
import { Frame } from './shell/frame.tsx';
import { OpenPage } from './shell/open-page.tsx';
import { SessionEnded } from './shell/session-ended.tsx';
import { SessionProvider, useSessionState } from './shell/session.tsx';
import { SignInPage } from './shell/sign-in-page.tsx';
import { SignedInPage } from './shell/signed-in-page.tsx';
import { ToastProvider } from './shell/toasts.tsx';
import { PlainButton } from './ui/plain-button.tsx';
import { StatePage } from './ui/state-page.tsx';
import { words } from './words/words.ts';

const client = createQueryClient();

export function App() {
  return (
    <QueryClientProvider client={client}>
      <SessionProvider>
        <ToastProvider>
          <Router base="/panel">
            <Switch>
              <Route path={signedInPath} component={SignedInPage} />
              <Route component={Panel} />
            </Switch>
          </Router>
        </ToastProvider>
        <SessionEnded />
      </SessionProvider>
    </QueryClientProvider>
  );
}

function Panel() {
  const { session, isLoading, error, retry } = useSessionState();
  const [path] = useLocation();
  if (session === null) {
    if (isLoading) {
      return (
        <main>
          <StatePage heading={words.shell.title} kind="loading" title={words.common.loading} />
        </main>
      );
    }
    if (error !== null) {
      const again = <PlainButton onClick={retry}>{words.common.retry}</PlainButton>;
      return (
        <main>
          <StatePage heading={words.shell.unavailable} kind="error" title={error.message} action={again} />
        </main>
      );
    }
    return <SignInPage />;
  }
  const own = pagesOf(session);
  const [first] = own;
  return (
    <Frame>
      <BrokenPage key={path}>
        <Switch>
          {own.map((row) => (
            <Route key={row.path} path={row.path}>
              <OpenPage module={row.module} title={titleOf(row)} />
            </Route>
          ))}
          {first !== undefined && first.path !== '/' && (
            <Route path="/">
              <Redirect to={first.path} replace />
            </Route>
          )}
          <Route component={NotFound} />
        </Switch>
      </BrokenPage>
    </Frame>
  );
}

function NotFound() {
  return (
    <StatePage
      heading={words.shell.notFoundHeading}
      kind="empty"
      title={words.shell.notFoundText}
      action={<a href="/panel/">{words.shell.toStart}</a>}
    />
  );
}
