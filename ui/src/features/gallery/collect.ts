import type { GalleryArea } from './gallery';

const modules = import.meta.glob<{ default: GalleryArea }>(
  ['../*/states.ts', '../*/*.states.ts', '../../lib/components/*.states.ts'],
  { eager: true },
);

/** Every area's states, by name. */
export const AREAS: GalleryArea[] = Object.values(
  Object.values(modules).reduce<Record<string, GalleryArea>>((areas, { default: { area, states } }) => {
    areas[area] = { area, states: [...(areas[area]?.states ?? []), ...states] };
    return areas;
  }, {}),
).sort((a, b) => a.area.localeCompare(b.area));
