/** Dark modules as one SVG path, a run of modules at a time, moved by the quiet zone. */
export function qrPath(rows: string[], quiet: number): string {
  return rows
    .flatMap((row, y) =>
      [...row.matchAll(/1+/g)].map(
        (run) => `M${run.index + quiet} ${y + quiet}h${run[0].length}v1h-${run[0].length}z`,
      ),
    )
    .join('');
}
