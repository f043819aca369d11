/** The places of the window. */
export const PLACES = ['compose', 'history', 'keys', 'team', 'activity', 'inbox', 'settings'] as const;
export type Place = (typeof PLACES)[number];

/** Where the window is: a place, and what is open there. Kept across a lock. */
class Router {
  place = $state<Place>('compose');
  /** The open item of each place: a history row, a key, an entry. */
  items = $state<Partial<Record<Place, string>>>({});

  /** Goes to a place; the open item there stays unless another is named. */
  go(place: Place, item?: string): void {
    this.place = place;
    if (item !== undefined) this.items[place] = item;
  }

  /** Opens an item of the current place, or none. */
  open(item: string | undefined): void {
    this.items[this.place] = item;
  }

  readonly item = $derived(this.items[this.place]);
}

export const router = new Router();
