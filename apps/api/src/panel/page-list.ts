import { z } from 'zod';

/** What the build of the panel says of its pages (pages.json; apps/panel/vite.config.ts writes it). */
const pageListSchema = z.array(
  z.object({
    /** `/templates/:id`, below /panel. */
    path: z.string(),
    /** null: everybody’s. */
    role: z.string().nullable(),
    module: z.string().nullable(),
    /** Addresses of what the page needs besides the shell. */
    scripts: z.array(z.string()),
    styles: z.array(z.string()),
  }),
);
type PanelPage = z.output<typeof pageListSchema>[number];

export interface PageList {
  /** The page of a path below /panel: undefined, there is none for anybody; null, there is one for others. */
  find(place: string, role: string | undefined): PanelPage | null | undefined;
}

export function readPageList(json: string): PageList {
  const pages = pageListSchema.parse(JSON.parse(json)).map((page) => ({ page, form: formOf(page.path) }));
  return {
    find(place, role) {
      const here = pages.filter(({ form }) => form.test(place));
      if (here.length === 0) return undefined;
      return here.find(({ page }) => page.role === null || page.role === role)?.page ?? null;
    },
  };
}

/** As the panel's router reads a path: in any case, with or without a slash at the end. */
const formOf = (path: string) => new RegExp(`^${path.replace(/\/$/, '').replaceAll(/:\w+/g, '[^/]+')}/?$`, 'i');
