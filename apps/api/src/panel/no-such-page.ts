import type { RefusalPage, RefusalPages } from '@mood/runtime';
import { takesPages } from '../http/takes-pages.ts';
import { noticePage, noticePolicy } from './notice-page.ts';
import type { Notice } from './notice-page.ts';

export const noSuchPage: Notice = {
  title: 'There is no such page',
  words: 'The address may have a slip in it, or the page has moved.',
  way: { label: 'Go to the first page', href: '/panel/' },
};

const ofPanel = /^\/panel(?:[/?]|$)/;
const data = /^\/panel\/api(?:[/?]|$)/;

/** Whether somebody looks at what a path of the panel is answered with: programs get JSON, as everywhere. */
export const isShown = (path: string, accept?: string): boolean => ofPanel.test(path) && !data.test(path) && takesPages(accept);

/** What somebody is shown who has typed an address of the panel that cannot be read, such as `/panel/%`. */
export async function createRefusalPages(): Promise<RefusalPages> {
  const page: RefusalPage = {
    body: String(await noticePage(noSuchPage)),
    headers: [
      ['Content-Type', 'text/html; charset=UTF-8'],
      ['Content-Security-Policy', noticePolicy],
    ],
  };
  return ({ url = '', headers: { accept } }) => (isShown(url, accept) ? page : undefined);
}
