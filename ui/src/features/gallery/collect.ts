import type { GalleryArea } from './gallery';

type Module = { default: GalleryArea };
const modules = import.meta.glob<Module>([
  '../*/states.ts',
  '../*/*.states.ts',
  '../../lib/components/*.states.ts',
]);

/** The states of one area (looked for in the folder of its name first), or of all. */
export async function collect(area?: string): Promise<GalleryArea[]> {
  const paths = Object.keys(modules);
  const near = paths.filter((path) => path.startsWith(`../${area}/`));
  const found = await load(near);
  if (area && found.some((known) => known.area === area)) return found;
  return load(paths);
}

async function load(paths: string[]): Promise<GalleryArea[]> {
  const loaded = await Promise.allSettled(paths.map((path) => modules[path]?.()));
  const areas = new Map<string, GalleryArea>();
  for (const [index, result] of loaded.entries()) {
    if (result.status === 'rejected') console.error(paths[index], result.reason);
    else if (result.value) {
      const { area, states } = result.value.default;
      areas.set(area, { area, states: [...(areas.get(area)?.states ?? []), ...states] });
    }
  }
  return [...areas.values()].sort((a, b) => a.area.localeCompare(b.area));
}
