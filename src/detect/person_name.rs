//! Whether two written names can be one person's name: blanks, dots, full width, traditional forms,
//! characters that could not be typed, long names cut short.
//!
//! The surprise: one differing character is no slip of the pen here. Brothers and sisters share
//! all but one, and using a brother's number is what is looked for.

/// Simplified and other forms of one character, as registers mix them in names.
const FORMS: &[(char, char)] = &[
    ('張', '张'),
    ('陳', '陈'),
    ('劉', '刘'),
    ('黃', '黄'),
    ('趙', '赵'),
    ('吳', '吴'),
    ('楊', '杨'),
    ('孫', '孙'),
    ('馬', '马'),
    ('鄭', '郑'),
    ('謝', '谢'),
    ('許', '许'),
    ('韓', '韩'),
    ('鄧', '邓'),
    ('馮', '冯'),
    ('蕭', '萧'),
    ('葉', '叶'),
    ('蘇', '苏'),
    ('盧', '卢'),
    ('蔣', '蒋'),
    ('賈', '贾'),
    ('閻', '阎'),
    ('閆', '闫'),
    ('鍾', '钟'),
    ('鐘', '钟'),
    ('羅', '罗'),
    ('龍', '龙'),
    ('龔', '龚'),
    ('顧', '顾'),
    ('錢', '钱'),
    ('陸', '陆'),
    ('國', '国'),
    ('華', '华'),
    ('強', '强'),
    ('麗', '丽'),
    ('軍', '军'),
    ('紅', '红'),
    ('蘭', '兰'),
    ('鳳', '凤'),
    ('偉', '伟'),
    ('傑', '杰'),
    ('東', '东'),
    ('輝', '辉'),
    ('曉', '晓'),
    ('雲', '云'),
    ('寶', '宝'),
    ('愛', '爱'),
    ('堃', '坤'),
    ('昇', '升'),
    ('喆', '哲'),
    ('峯', '峰'),
    ('彥', '彦'),
    ('靑', '青'),
    ('淸', '清'),
    ('靜', '静'),
    ('愼', '慎'),
];

/// The dots in names of many nationalities, of which fonts know several.
const DOTS: &[char] = &['·', '•', '・', '‧', '∙', '⋅', '．', '.', '●', '。', '-'];

/// From how many characters a name that begins another is that one cut short.
const CUT_SHORT_MIN: usize = 4;

/// How a newborn is registered before it has a name.
const NEWBORN: [&str; 4] = ["之子", "之女", "之婴", "之儿"];

/// Whether both can be one person's name.
pub fn agree(one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let (first, second) = (folded(one), folded(other));
    if !first.iter().any(|&c| is_han(c)) && !second.iter().any(|&c| is_han(c)) {
        return parts(one) == parts(other);
    }
    let (short, long) =
        if first.len() <= second.len() { (&first, &second) } else { (&second, &first) };
    let is_cut = short.len() >= CUT_SHORT_MIN && long.starts_with(short);
    is_cut || fits(&first, &second) || fits(&second, &first)
}

/// Whether a name is what a newborn is called until it has one.
pub fn is_newborn(name: &str) -> bool {
    NEWBORN.iter().any(|ending| name.trim().ends_with(ending))
}

fn folded(name: &str) -> Vec<char> {
    let kept = name.chars().map(half_width).filter(|c| {
        !c.is_whitespace() && !c.is_control() && !DOTS.contains(c) && !is_invisible(*c)
    });
    kept.flat_map(char::to_uppercase).map(simplified).collect()
}

fn half_width(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        _ => c,
    }
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2060}' | '\u{FEFF}')
}

fn simplified(c: char) -> char {
    FORMS.iter().find(|(form, _)| *form == c).map_or(c, |(_, simple)| *simple)
}

fn is_han(c: char) -> bool {
    matches!(c, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{20000}'..='\u{323AF}')
}

/// What stands where a character could not be typed: a mark, a private character of some font, or
/// its pinyin.
fn is_stand_in(c: char) -> bool {
    matches!(c, '?' | '*' | '□' | '■' | '\u{FFFD}' | '\u{E000}'..='\u{F8FF}')
        || c.is_ascii_alphabetic()
}

/// Whether the names agree character by character where each run of stand-ins in `pattern` is one
/// character of the other.
fn fits(pattern: &[char], name: &[char]) -> bool {
    let (mut at, mut rest) = (0, name);
    while at < pattern.len() {
        let Some((&next, after)) = rest.split_first() else { return false };
        let c = pattern[at];
        if c == next {
            at += 1;
        } else if is_stand_in(c) {
            // Marks stand for a character each, letters spell one.
            at += 1;
            while c.is_ascii_alphabetic() && pattern.get(at).is_some_and(char::is_ascii_alphabetic)
            {
                at += 1;
            }
        } else {
            return false;
        }
        rest = after;
    }
    rest.is_empty()
}

/// The words of a name in letters, in any order.
fn parts(name: &str) -> Vec<String> {
    let spelt: String = name.chars().map(half_width).flat_map(char::to_uppercase).collect();
    let words = spelt.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    let mut words: Vec<String> = words.map(str::to_owned).collect();
    words.sort_unstable();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_of_one_name_agree_and_two_names_do_not() {
        for (one, other, expected) in [
            ("张三", "张三", true),
            ("张　三", "张三", true),
            ("張偉", "张伟", true),
            ("阿依古丽·买买提", "阿依古丽•买买提", true),
            ("阿依古丽·买买提", "阿依古丽买买提", true),
            ("阿卜杜热合曼·阿卜杜拉", "阿卜杜热合曼", true),
            ("李䶮", "李?", true),
            ("李䶮", "李YAN", true),
            ("李䶮", "李\u{E863}", true),
            ("张*三", "张小三", true),
            ("ＪＯＨＮ　ＳＭＩＴＨ", "Smith, John", true),
            ("张伟", "张强", false),
            ("张建国", "张建军", false),
            ("张三", "张三丰", false),
            ("张三", "李三", false),
            ("李?", "张伟", false),
            ("李??", "李伟", false),
            ("John Smith", "Jane Smith", false),
        ] {
            assert_eq!(agree(one, other), expected, "{one} {other}");
            assert_eq!(agree(other, one), expected, "{other} {one}");
        }
    }

    #[test]
    fn a_newborn_goes_by_the_name_of_a_parent() {
        assert!(is_newborn("王一之子") && is_newborn("王一之女 ") && !is_newborn("王子"));
    }
}
