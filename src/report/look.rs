//! The one look of all workbooks: Chinese font, hair lines, pale header, red for what is wrong.

use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, FormatUnderline};

const FONT: &str = "微软雅黑";
const HEADER_BACKGROUND: Color = Color::RGB(0xE3EAF3);
const BAD_BACKGROUND: Color = Color::RGB(0xFFD9D4);
const PALE_BACKGROUND: Color = Color::RGB(0xF4F6F9);
const RULE_COLOR: Color = Color::RGB(0xC9CFD8);
const LINK_COLOR: Color = Color::RGB(0x1D5FA8);

/// The formats of every workbook.
pub struct Look {
    pub title: Format,
    pub header: Format,
    pub text: Format,
    pub bad: Format,
    pub money: Format,
    pub count: Format,
    pub day: Format,
    pub link: Format,
    pub total_text: Format,
    pub total_money: Format,
}

impl Look {
    pub fn new() -> Look {
        let base = Format::new()
            .set_font_name(FONT)
            .set_font_size(10)
            .set_align(FormatAlign::Top)
            .set_border(FormatBorder::Hair)
            .set_border_color(RULE_COLOR);
        let money = base.clone().set_num_format("#,##0.00");
        let total = Format::new().set_bold().set_background_color(PALE_BACKGROUND);
        Look {
            title: Format::new().set_font_name(FONT).set_font_size(13).set_bold(),
            header: base
                .clone()
                .set_bold()
                .set_background_color(HEADER_BACKGROUND)
                .set_align(FormatAlign::VerticalCenter)
                .set_text_wrap(),
            text: base.clone().set_num_format("@").set_text_wrap(),
            bad: base
                .clone()
                .set_num_format("@")
                .set_text_wrap()
                .set_background_color(BAD_BACKGROUND),
            count: base.clone().set_num_format("0"),
            day: base.clone().set_num_format("yyyy-mm-dd").set_align(FormatAlign::Left),
            link: base.clone().set_font_color(LINK_COLOR).set_underline(FormatUnderline::Single),
            total_text: base.merge(&total),
            total_money: money.merge(&total),
            money,
        }
    }
}
