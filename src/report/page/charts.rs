//! Bar charts as SVG that follows the page's colours, light or dark.
//!
//! The surprise: the drawing library knows only fixed colours. Each role is drawn in a colour
//! nobody would choose, and that colour is then replaced by the page's own.

use plotters::prelude::{
    DrawingBackend, FontFamily, IntoFont, RGBColor, Rectangle, SVGBackend, ShapeStyle, TextStyle,
};
use plotters::prelude::{IntoDrawingArea, Text};
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use crate::domain::{Lang, Money};

use super::super::cells::{grouped, plain};
use super::super::summary::Sums;
use super::super::wording::width;

const WIDTH: i32 = 600;
const ROW: i32 = 32;
const TOP: i32 = 8;
const LABEL_END: i32 = 178;
const BAR_START: i32 = 188;
const BAR_END: i32 = 476;
const BARS: usize = 10;
/// Columns of a label before it is cut.
const LABEL_COLUMNS: usize = 26;
/// The library divides by this before it writes a size.
const FONT_SCALE: f64 = 1.24;

/// What is drawn in which colour: the library's, and the page's that replaces it.
const INK: (RGBColor, &str) = (RGBColor(1, 1, 1), "currentColor");
const CLAIMED: (RGBColor, &str) = (RGBColor(2, 2, 2), "var(--bar-soft)");
const PAID: (RGBColor, &str) = (RGBColor(3, 3, 3), "var(--bar)");

/// Horizontal bars: claimed in a pale, paid by the fund in a strong colour. Rows past the tenth
/// are drawn together as the last.
pub fn bars(title: &str, rows: &[(String, Sums)], lang: Lang) -> String {
    let rows = with_rest(rows, lang);
    let height = TOP * 2 + ROW * rows.len() as i32;
    let longest = rows.iter().map(|(_, sums)| sums.total).max().unwrap_or_default();
    let mut svg = String::new();
    {
        let area = SVGBackend::with_string(&mut svg, (WIDTH as u32, height as u32));
        // A string never refuses to be written to, so drawing cannot fail.
        let _ = draw(area, &rows, longest);
    }
    finish(&svg, title)
}

fn with_rest(rows: &[(String, Sums)], lang: Lang) -> Vec<(String, Sums)> {
    if rows.len() <= BARS {
        return rows.to_vec();
    }
    let mut rest = Sums::default();
    for (_, sums) in &rows[BARS - 1..] {
        rest.claims += sums.claims;
        rest.total += sums.total;
        rest.fund += sums.fund;
        rest.person += sums.person;
    }
    let count = rows.len() - (BARS - 1);
    let name = lang.pick(format!("其余 {count} 项"), format!("{count} others"));
    let mut shown = rows[..BARS - 1].to_vec();
    shown.push((name, rest));
    shown
}

fn draw<B: DrawingBackend>(
    backend: B,
    rows: &[(String, Sums)],
    longest: Money,
) -> Result<(), plotters::drawing::DrawingAreaErrorKind<B::ErrorType>>
where
    B::ErrorType: 'static,
{
    let area = backend.into_drawing_area();
    for (place, (name, sums)) in rows.iter().enumerate() {
        let middle = TOP + ROW * place as i32 + ROW / 2;
        let label = text(13.0, HPos::Right);
        area.draw(&Text::new(cut(name), (LABEL_END, middle), label))?;
        for (amount, (color, _), half) in [(sums.total, CLAIMED, 9), (sums.fund, PAID, 5)] {
            let end = BAR_START + length(amount, longest);
            let corners = [(BAR_START, middle - half), (end, middle + half)];
            area.draw(&Rectangle::new(corners, ShapeStyle::from(&color).filled()))?;
        }
        let from = BAR_START + length(sums.total, longest) + 8;
        let amount = text(12.0, HPos::Left);
        area.draw(&Text::new(grouped(sums.total), (from, middle), amount))?;
    }
    area.present()
}

fn text(size: f64, side: HPos) -> TextStyle<'static> {
    let font = (FontFamily::SansSerif, size * FONT_SCALE).into_font();
    TextStyle::from(font).color(&INK.0).pos(Pos::new(side, VPos::Center))
}

/// Pixels for an amount: drawing only, no sum is taken from it.
fn length(amount: Money, longest: Money) -> i32 {
    if !longest.is_positive() || !amount.is_positive() {
        return 0;
    }
    let full = i128::from(BAR_END - BAR_START);
    (i128::from(amount.fen()) * full / i128::from(longest.fen())).max(1) as i32
}

fn cut(name: &str) -> String {
    let name = plain(name);
    if width(&name) <= LABEL_COLUMNS {
        return name.into_owned();
    }
    let mut kept = String::new();
    for c in name.chars() {
        if width(&kept) + 3 > LABEL_COLUMNS {
            break;
        }
        kept.push(c);
    }
    kept + "…"
}

fn finish(svg: &str, title: &str) -> String {
    let mut svg = svg.to_owned();
    for (color, role) in [INK, CLAIMED, PAID] {
        let (r, g, b) = color.rgb();
        svg = svg.replace(&format!("\"#{r:02X}{g:02X}{b:02X}\""), &format!("\"{role}\""));
    }
    let label = minijinja::HtmlEscape(title).to_string();
    svg.replacen("<svg ", &format!("<svg role=\"img\" aria-label=\"{label}\" "), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(name: &str, yuan: i64) -> (String, Sums) {
        let total = Money::from_yuan(yuan);
        (name.to_owned(), Sums { claims: 1, total, ..Sums::default() })
    }

    #[test]
    fn a_hostile_label_stays_text_and_colours_are_the_pages() {
        let svg = bars("a\"b", &[row("<script>alert(1)</script>", 5)], Lang::Zh);
        assert!(!svg.contains("<script>"), "{svg}");
        assert!(svg.contains("aria-label=\"a&quot;b\""), "{svg}");
        assert!(svg.contains("fill=\"currentColor\"") && svg.contains("fill=\"var(--bar-soft)\""));
        assert!(!svg.contains("#0"), "a colour of the library is left: {svg}");
    }

    #[test]
    fn rows_past_the_tenth_are_drawn_together() {
        let rows: Vec<_> = (1..=12).map(|yuan| row(&format!("r{yuan}"), yuan)).collect();
        let shown = with_rest(&rows, Lang::En);
        assert_eq!(shown.len(), 10);
        assert_eq!(shown[9].0, "3 others");
        assert_eq!(shown[9].1.total, Money::from_yuan(10 + 11 + 12));
    }
}
