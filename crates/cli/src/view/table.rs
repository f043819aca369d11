//! Aligned columns.

use super::{View, plain};

/// Rows under a dim heading, columns two spaces apart. Cells are foreign text.
pub(crate) fn table(heading: &[&str], rows: &[Vec<String>], view: &View) -> String {
    let rows: Vec<Vec<String>> =
        rows.iter().map(|row| row.iter().map(|cell| plain(cell)).collect()).collect();
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
        cells.chain([heading[column].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heading.len()).map(width).collect();
    let heading: Vec<String> = heading.iter().map(|&title| title.to_owned()).collect();
    let mut text = view.ink.dim(&line(&heading, &widths));
    for row in &rows {
        text.push('\n');
        text.push_str(&line(row, &widths));
    }
    text
}

/// Names and values, one pair a line; values may carry colour, so they come last.
pub(crate) fn facts(pairs: &[(&str, String)], view: &View) -> String {
    let width = pairs.iter().map(|(name, _)| name.chars().count()).max().unwrap_or(0);
    let line =
        |(name, value): &(&str, String)| format!("{}  {value}", view.ink.dim(&format!("{name:<width$}")));
    pairs.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let padded = cells.iter().zip(widths).map(|(cell, &width)| format!("{cell:<width$}"));
    padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_whatever_the_script() {
        let rows = [vec!["Übersicht".into(), "1".into()], vec!["a\x1bb".into(), "22".into()]];
        insta::assert_snapshot!(table(&["name", "n"], &rows, &View::fixed()), @r"
        name       n
        Übersicht  1
        a�b        22
        ");
    }
}
