//! A few divisions, and everything that can be asked of them.

use super::*;
use std::fs;

const FEW: &str = "\
110000,北京市,province,,1981,,in_use,
110105,朝阳区,county,110000,1981,,in_use,
110112,通州区,county,110000,1997,,in_use,
110223,通县,county,110000,1981,1997,retired,110112@1997
220000,吉林省,province,,1981,,in_use,
220100,长春市,prefecture,220000,1981,,in_use,
220104,朝阳区,county,220100,1981,,in_use,
220200,吉林市,prefecture,220000,1981,,in_use,
360000,江西省,province,,1981,,in_use,
360100,南昌市,prefecture,360000,1981,,in_use,
360121,南昌县,county,360100,1981,,in_use,
420000,湖北省,province,,1981,,in_use,
420600,襄樊市,prefecture,420000,1981,2010,changed,429004@1984;440304@1984
420600,襄阳市,prefecture,420000,2010,,in_use,
429004,仙桃市,county,420000,1994,,in_use,
440000,广东省,province,,1981,,in_use,
440300,深圳市,prefecture,440000,1981,,in_use,
440304,福田区,county,440300,1990,,in_use,
440322,旧县,county,440300,1981,1990,retired,440304@1990;440300@1990
512900,旧地区,prefecture,440000,1981,1990,retired,
";
const SHORT: &str = "\
北京,110000,short,
粤,440000,abbreviation,
广东,440000,short,
深圳,440300,short,
江西,360000,short,
南昌,360100,short,360121
吉林,220000,short,220200
吉林,220200,short,220000
";

fn load(rows: &str, short: &str) -> Result<Divisions, Vec<Problem>> {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name, columns: &[&str], rows| {
        let text = format!("{}\n{rows}", columns.join(","));
        fs::write(folder.path().join(name), text).expect("a file");
    };
    write(DIVISIONS, &COLUMNS, rows);
    write(NAMES, &NAME_COLUMNS, short);
    Divisions::load(folder.path())
}

#[test]
fn a_region_is_found_by_code_by_name_and_with_what_lies_above_it() {
    let divisions = load(FEW, SHORT).expect("divisions");
    for (text, expected) in [
        ("440300", "440300"),
        ("４４０３００", "440300"),
        ("深圳市", "440300"),
        ("深圳", "440300"),
        ("广东省深圳市", "440300"),
        ("广东深圳", "440300"),
        ("广东省 深圳市 福田区", "440304"),
        ("深圳福田区", "440304"),
        ("深圳福田", "440304"),
        ("440301", "440300"),
        ("深圳市市本级", "440300"),
        ("粤", "440000"),
        ("北京", "110000"),
        ("110100", "110000"),
        ("440399", "440300"),
        ("北京朝阳区", "110105"),
        ("湖北省仙桃市", "429004"),
        ("江西南昌", "360100"),
        ("南昌市", "360100"),
        ("吉林省吉林市", "220200"),
        ("吉林吉林", "220200"),
        ("440300 深圳市", "440300"),
        ("深圳市(440300)", "440300"),
        ("110223", "110112"),
        ("通县", "110112"),
        ("北京市通县", "110112"),
        ("襄樊市", "420600"),
    ] {
        let found = divisions.resolve(text).map(|code| code.to_string());
        assert_eq!(found.as_deref(), Ok(expected), "{text}");
    }
}

#[test]
fn what_may_mean_several_regions_is_told_with_all_of_them() {
    let divisions = load(FEW, SHORT).expect("divisions");
    for (text, expected) in [
        ("朝阳区", vec!["110105", "220104"]),
        ("南昌", vec!["360100", "360121"]),
        ("吉林", vec!["220000", "220200"]),
        ("440322", vec!["440300", "440304"]),
    ] {
        match divisions.resolve(text) {
            Err(RegionFault::Ambiguous { candidates }) => {
                let codes: Vec<_> = candidates.iter().map(|c| c.0.to_string()).collect();
                assert_eq!(codes, expected, "{text}");
            }
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn what_means_none_is_told_with_the_nearest_names() {
    let divisions = load(FEW, SHORT).expect("divisions");
    for (text, nearest) in [
        ("福田", Some("广东省深圳市福田区")),
        ("深川市", Some("广东省深圳市")),
        ("440388", Some("广东省深圳市")),
        ("440300 南昌市", Some("广东省深圳市")),
        ("广东省深训市", Some("广东省深圳市")),
        ("广冬省深圳市", Some("广东省深圳市")),
        ("广东深川市福田区", Some("广东省深圳市福田区")),
        ("深圳市福天区", Some("广东省深圳市福田区")),
        ("江西南冒", Some("江西省南昌市")),
        ("深圳市医保中心", Some("广东省深圳市")),
        ("512900", None),
        ("", None),
        ("火星", None),
    ] {
        match divisions.resolve(text) {
            Err(RegionFault::Unknown { nearest: told }) if nearest.is_some() => {
                assert_eq!(told.first().map(|n| n.1.as_str()), nearest, "{text}");
            }
            Err(RegionFault::Unknown { .. }) => {}
            other => panic!("{text}: {other:?}"),
        }
    }
}

#[test]
fn names_are_given_for_codes_in_force_and_of_the_past() {
    let divisions = load(FEW, SHORT).expect("divisions");
    let code = |text| RegionCode::parse(text).expect(text);
    assert_eq!(divisions.name(code("440304")), "福田区");
    assert_eq!(divisions.full_name(code("440304")), "广东省深圳市福田区");
    assert_eq!(divisions.full_name(code("110105")), "北京市朝阳区");
    assert_eq!(divisions.name(code("110223")), "通县");
    assert_eq!(divisions.name(code("999999")), "未知地区");
}

#[test]
fn faults_of_the_data_are_told_with_their_lines() {
    let rows = "110000,北京市,province,,1981,,in_use,\n\
                11,甲,county,,1981,,in_use,\n\
                110101,乙,town,,1981,,in_use,\n\
                110102,丙,county,110000,1981,,retired,\n\
                110103,丁,county,110000,1981,2010,retired,110101\n\
                110000,戊市,province,,1981,,in_use,\n";
    let problems = load(rows, "己,999999,short,\n").expect_err("five faults");
    let told = |problems: &[Problem]| -> Vec<(String, Option<u32>)> {
        problems.iter().map(|p| (p.place.file.clone(), p.place.row)).collect()
    };
    let expected = [3, 4, 5, 6, 7].map(|line| (DIVISIONS.to_owned(), Some(line)));
    assert_eq!(told(&problems), expected, "names wait until the divisions are right");
    let problems = load(FEW, "己,999999,short,\n").expect_err("a fault of the names");
    assert_eq!(told(&problems), [(NAMES.to_owned(), Some(2))]);
}

#[test]
fn the_years_of_a_code_say_when_it_was_in_use() {
    let rows = format!(
        "{FEW}440305,甲县,county,440300,1981,1984,changed,\n\
                        440305,乙区,county,440300,1992,2001,retired,440304@2001\n"
    );
    let divisions = load(&rows, SHORT).expect("divisions");
    for (code, year, expected) in [
        ("110105", 1980, false),
        ("110105", 1981, true),
        ("110105", 2024, true),
        ("110223", 1997, true),
        ("110223", 1998, false),
        ("440305", 1984, true),
        ("440305", 1988, false),
        ("440305", 1992, true),
        ("440305", 2002, false),
        ("440301", 1990, true),
        ("440388", 1990, false),
    ] {
        let code = RegionCode::parse(code).expect(code);
        assert_eq!(divisions.was_in_use(code, year), expected, "{code} {year}");
    }
}

#[test]
fn a_number_may_begin_with_any_code_that_was_not_retired_before_its_bearer_was_born() {
    let divisions = load(FEW, SHORT).expect("divisions");
    for (prefix, born, expected) in [
        ("110105", 1902, AddressCode::Sound),
        ("110112", 1970, AddressCode::Sound),
        ("110223", 1997, AddressCode::Sound),
        ("110223", 1998, AddressCode::RetiredBeforeBirth(1997)),
        ("440301", 1985, AddressCode::Sound),
        ("420620", 1979, AddressCode::Sound),
        ("440388", 1985, AddressCode::Unknown),
        ("990101", 1985, AddressCode::Unknown),
        ("911840", 1985, AddressCode::Sound),
        ("944682", 1985, AddressCode::Sound),
        ("965682", 1985, AddressCode::Unknown),
        ("810000", 1985, AddressCode::Sound),
        ("830000", 1985, AddressCode::Sound),
    ] {
        let region = RegionCode::parse(prefix).expect(prefix);
        let born_on = jiff::civil::date(born, 6, 1);
        let id = crate::domain::IdNumber::compose(region, born_on, 998).expect("a number");
        assert_eq!(divisions.address_code(&id), expected, "{prefix} {born}");
    }
}
