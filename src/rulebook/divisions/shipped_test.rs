//! The shipped list of divisions as a whole: every code and every name of it leads somewhere.
//!
//! The counts are of the list as it stands; a new edition changes them, and a reader then sees
//! what the edition changed.

use std::path::Path;
use std::sync::LazyLock;

use super::*;

fn shipped() -> &'static Divisions {
    static SHIPPED: LazyLock<Divisions> = LazyLock::new(|| {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("data");
        Divisions::load(&data).expect("the shipped divisions are right")
    });
    &SHIPPED
}

fn nearest(text: &str) -> Vec<String> {
    match shipped().resolve(text) {
        Err(RegionFault::Unknown { nearest }) => nearest.into_iter().map(|n| n.1).collect(),
        other => panic!("{text}: {other:?}"),
    }
}

#[test]
fn every_division_in_force_is_found_by_its_code_and_by_its_whole_name() {
    let divisions = shipped();
    let mut wrong = Vec::new();
    for (&code, division) in &divisions.in_force {
        for text in [code.to_string(), division.path.clone(), format!("{code}{}", division.name)] {
            if divisions.resolve(&text) != Ok(code) {
                wrong.push(format!("{code} {text}: {:?}", divisions.resolve(&text)));
            }
        }
    }
    wrong.sort();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(divisions.in_force.len(), 3_213);
}

#[test]
fn every_retired_code_has_one_successor_or_several_or_none_that_is_known() {
    let divisions = shipped();
    let (mut one, mut several, mut none) = (0, 0, 0);
    for &code in divisions.retired.keys().filter(|code| !divisions.in_force.contains_key(code)) {
        match divisions.resolve(&code.to_string()) {
            Ok(heir) => {
                assert!(divisions.in_force.contains_key(&heir), "{code} → {heir}");
                one += 1;
            }
            Err(RegionFault::Ambiguous { candidates }) => {
                assert!(candidates.len() > 1, "{code}");
                several += 1;
            }
            Err(RegionFault::Unknown { .. }) => none += 1,
        }
    }
    assert_eq!((one, several, none), (2_718, 519, 0));
}

#[test]
fn abolished_codes_and_names_are_answered_with_what_took_their_place() {
    for (text, expected) in [
        ("110103", "110101"),
        ("北京市崇文区", "110101"),
        ("110223", "110112"),
        ("522400", "520500"),
        ("贵州省毕节地区", "520500"),
        ("371200", "370100"),
        ("襄樊市", "420600"),
        ("湖北省襄樊市", "420600"),
        ("襄樊", "420600"),
        ("362324", "361124"),
    ] {
        let found = shipped().resolve(text).map(|code| code.to_string()).unwrap_or_default();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn customary_names_are_known_and_told_to_be_ambiguous_where_they_are() {
    for (text, expected) in [
        ("克州", "653000"),
        ("新疆克州", "653000"),
        ("新疆巴州", "652800"),
        ("博州", "652700"),
        ("恩施州", "422800"),
        ("湖北省恩施州", "422800"),
        ("延边州", "222400"),
        ("凉山州", "513400"),
        ("四川凉山州", "513400"),
        ("西双版纳州", "532800"),
        ("云南省大理州大理市", "532901"),
        ("青海海南州", "632500"),
        ("内蒙包头", "150200"),
        ("长阳县", "420528"),
        ("湖北宜昌长阳", "420528"),
        ("呼市", "150100"),
        ("四川巴州", "511902"),
        ("神农架", "429021"),
        ("甘肃东乡县", "622926"),
        ("深圳福田", "440304"),
        ("武汉市市辖区", "420100"),
        ("420101", "420100"),
        ("310101", "310101"),
    ] {
        let found = shipped().resolve(text).map(|code| code.to_string());
        assert_eq!(found.as_deref(), Ok(expected), "{text}");
    }
    for (text, expected) in [
        ("429001", ["421303", "421321"]),
        ("巴州", ["511902", "652800"]),
        ("东乡县", ["361003", "622926"]),
        ("淮阴", ["320800", "320804"]),
        ("吉林", ["220000", "220200"]),
    ] {
        let Err(RegionFault::Ambiguous { candidates }) = shipped().resolve(text) else {
            panic!("{text} is ambiguous")
        };
        let codes: Vec<String> = candidates.iter().map(|c| c.0.to_string()).collect();
        assert_eq!(codes, expected, "{text}");
    }
}

#[test]
fn every_autonomous_prefecture_and_county_has_its_name_without_its_peoples() {
    let divisions = shipped();
    let mut missing = Vec::new();
    for (&code, division) in &divisions.in_force {
        let is_autonomous =
            ["自治州", "自治县", "自治旗"].iter().any(|e| division.name.ends_with(e));
        let is_known = divisions.short_names.iter().any(|(text, named)| {
            text.ends_with(['州', '县', '旗']) && named.iter().any(|short| short.code == code)
        });
        if is_autonomous && !is_known {
            missing.push(division.path.clone());
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn a_misspelled_name_is_answered_with_the_one_that_was_meant_first() {
    for (text, expected) in [
        ("武汉是", "湖北省武汉市"),
        ("深训市", "广东省深圳市"),
        ("广东省深训市", "广东省深圳市"),
        ("广东深训", "广东省深圳市"),
        ("湖北武汗", "湖北省武汉市"),
        ("湖比省武汉市", "湖北省武汉市"),
        ("湖比武汉", "湖北省武汉市"),
        ("湖北省武汗市洪山区", "湖北省武汉市洪山区"),
        ("湖北省武汉市洪山渠", "湖北省武汉市洪山区"),
        ("北京市海定区", "北京市海淀区"),
        ("上海市浦东新取", "上海市浦东新区"),
        ("哈尔宾市", "黑龙江省哈尔滨市"),
        ("乌鲁木其", "新疆维吾尔自治区乌鲁木齐市"),
        ("武汉东湖高新区", "湖北省武汉市"),
        ("恩施土家族苗族自治洲", "湖北省恩施土家族苗族自治州"),
    ] {
        assert_eq!(nearest(text).first().map(String::as_str), Some(expected), "{text}");
    }
    assert_eq!(nearest("440300 武汉市"), ["广东省深圳市", "湖北省武汉市"]);
    assert_eq!(nearest("不详"), Vec::<String>::new());
}

#[test]
fn a_text_longer_than_any_name_is_no_region_and_like_none() {
    let longest = shipped().in_force.values().map(|d| d.path.chars().count()).max();
    assert!(longest.is_some_and(|longest| longest + 6 < NAME_CHARS_MAX));
    let long = "广东省深圳市".repeat(5_000);
    assert_eq!(nearest(&long), Vec::<String>::new());
    assert_eq!(nearest(&format!("0.{}5", "0".repeat(320))), Vec::<String>::new());
}
