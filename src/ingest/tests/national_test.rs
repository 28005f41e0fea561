//! Exports of the national platform: columns under their codes, their Chinese names, or both.

use super::*;

/// Columns of settlements, of hospitals, of transfers to other hospitals, and of persons joined
/// with their insurance: code and Chinese name.
const SETTLEMENTS: &str = "SETL_ID 结算ID,MDTRT_ID 就诊ID,PSN_NO 人员编号,PSN_NAME 人员姓名,\
    CERTNO 证件号码,GEND 性别,BRDY 出生日期,INSUTYPE 险种类型,PSN_TYPE 人员类别,\
    PAY_LOC 支付地点类别,FIXMEDINS_CODE 定点医药机构编号,FIXMEDINS_NAME 定点医药机构名称,\
    HOSP_LV 医院等级,BEGNDATE 开始日期,ENDDATE 结束日期,SETL_TIME 结算时间,MED_TYPE 医疗类别,\
    MEDFEE_SUMAMT 医疗费总额,DEDC_STD 起付标准,ACT_PAY_DEDC 实际支付起付线,\
    INSCP_AMT 符合政策范围金额,HIFP_PAY 统筹基金支出,HIFOB_PAY 大额医疗补助基金支出,\
    HIFMI_PAY 大病补充医疗保险基金支出,CVLSERV_PAY 公务员医疗补助资金支出,MAF_PAY 医疗救助基金支出,\
    PSN_PAY 个人支付金额,ACCT_PAY 个人账户支出,REFD_SETL_FLAG 退费结算标志,VALI_FLAG 有效标志,\
    RID 数据唯一记录号,UPDT_TIME 数据更新时间";
const HOSPITALS: &str = "FIXMEDINS_CODE 定点医药机构编号,FIXMEDINS_NAME 定点医药机构名称,\
    FIXMEDINS_TYPE 定点医疗服务机构类型,HOSP_LV 医院等级,LMTPRIC_HOSP_LV 限价医院等级,\
    DEDC_HOSP_LV 起付线医院等级,BEGNTIME 开始时间,ENDTIME 结束时间,FIX_BLNG_ADMDVS 定点归属医保区划,\
    FIX_ONLN_OPEN_FLAG 定点联网开通标志,OUT_ONLN_OPEN_TYPE 异地联网开通类型,VALI_FLAG 有效标志,\
    MEMO 备注,RID 数据唯一记录号,UPDT_TIME 数据更新时间,CRTER_ID 创建人ID,CRTER_NAME 创建人姓名,\
    CRTE_TIME 数据创建时间,CRTE_OPTINS_NO 创建机构编号,OPTER_ID 经办人ID";
const FILINGS: &str = "TRT_DCLA_DETL_SN 待遇申报明细流水号,INSUTYPE 险种类型,PSN_NO 人员编号,\
    PSN_CERT_TYPE 人员证件类型,CERTNO 证件号码,PSN_NAME 人员姓名,GEND 性别,NATY 民族,BRDY 出生日期,\
    TEL 联系电话,ADDR 联系地址,INSU_ADMDVS 参保所属医保区划,EMP_NO 单位编号,EMP_NAME 单位名称,\
    MDTRTAREA_ADMDVS 就医地医保区划,REFL_FIL_TYPE 转院备案类别,BEGNDATE 开始日期,ENDDATE 结束日期,\
    REFLIN_MEDINS_NAME 转往医院名称,VALI_FLAG 有效标志,OPT_TIME 经办时间,RID 数据唯一记录号";
const PERSONS: &str = "PSN_NO 人员编号,PSN_NAME 人员姓名,PSN_CERT_TYPE 人员证件类型,CERTNO 证件号码,\
    GEND 性别,BRDY 出生日期,NATY 民族,DIE_DATE 死亡日期,FST_PATC_JOB_DATE 首次参加工作日期,\
    INSUTYPE 险种类型,HI_TYPE 医保类型,PSN_INSU_RLTS_ID 人员参保关系ID,INSU_ADMDVS 参保所属医保区划,\
    PSN_TYPE 人员类别,EMP_NO 单位编号,CVLSERV_FLAG 公务员标志,RETR_TRT_BEGN_DATE 退休待遇开始日期,\
    RID 数据唯一记录号,UPDT_TIME 数据更新时间,CRTE_TIME 数据创建时间,OPTINS_NO 经办机构编号";

fn columns(table: &str) -> (Vec<&str>, Vec<&str>) {
    table.split(',').map(|column| column.split_once(' ').expect("code and name")).unzip()
}

#[test]
fn an_export_is_known_by_codes_by_names_and_by_both_in_either_order() {
    for (table, kind) in [
        (SETTLEMENTS, TableKind::Settlements),
        (HOSPITALS, TableKind::Hospitals),
        (FILINGS, TableKind::Filings),
        (PERSONS, TableKind::Persons),
    ] {
        let (codes, names) = columns(table);
        assert!(codes.len() >= 20);
        let (codes, names) = (codes.join(","), names.join(","));
        let row = vec!["1"; codes.split(',').count()].join(",");
        for header in [
            codes.clone(),
            names.clone(),
            format!("{codes}\n{names}"),
            format!("{names}\n{codes}"),
            format!("{}\n{names}", codes.to_lowercase()),
        ] {
            let batch = one("导出.csv", format!("{header}\n{row}\n").as_bytes());
            assert!(batch.unread.is_empty(), "{header}: {:?}", batch.unread);
            let found = &batch.tables[0];
            assert_eq!((found.kind, found.rows.len()), (kind, 1), "{header}");
            assert!(found.passed_over.is_empty(), "{header}");
            assert!(batch.notes.is_empty(), "{header}: {:?}", batch.notes);
        }
    }
}

#[test]
fn of_codes_and_names_a_column_needs_only_one_that_is_known() {
    let codes = "CERTNO,PSN_NAME,INSU_ADMDVS,LOCAL_1,PSN_TYPE";
    let names = "证件号码,姓名,统筹,险种,人群";
    let text = format!("{codes}\n{names}\nx,甲,武汉,职工,在职\n");
    let batch = one("导出.csv", text.as_bytes());
    assert_eq!(shown(&batch.tables[0]), ["3:x|甲|武汉|职工|在职"]);
}

#[test]
fn a_row_under_codes_that_names_no_column_is_data() {
    let (codes, _) = columns(PERSONS);
    let row = codes.iter().map(|code| code.to_lowercase() + "1").collect::<Vec<_>>().join(",");
    let text = format!("{}\n{row}\n{}\n", codes.join(","), row.replace('1', "一"));
    let batch = one("导出.csv", text.as_bytes());
    assert_eq!(batch.tables[0].rows.len(), 2);
}

#[test]
fn a_name_row_further_down_is_passed_over() {
    let (codes, names) = columns(PERSONS);
    let row = vec!["1"; codes.len()].join(",");
    let text = format!("{}\n{row}\n{}\n{row}\n", codes.join(","), names.join(","));
    let batch = one("导出.csv", text.as_bytes());
    assert_eq!(passed_over(&batch.tables[0]), [(3, PassedOverWhy::RepeatedHeader)]);
    assert_eq!(batch.tables[0].rows.len(), 2);
}

#[test]
fn a_column_of_the_platform_that_could_hold_what_is_missing_is_told() {
    let (_, mut names) = columns(SETTLEMENTS);
    names.retain(|name| *name != "统筹基金支出");
    let batch = one("导出.csv", format!("{}\n", names.join(",")).as_bytes());
    assert_eq!(kinds(&batch.notes), ["column-unknown"]);
    let told = &batch.notes[0].excerpt;
    assert!(told.contains("个人账户支出") && !told.contains("有效标志"), "{told}");
}
