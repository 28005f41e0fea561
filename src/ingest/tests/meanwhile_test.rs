//! Folders that change between being listed and being read: each file is what it was when it was
//! read, under the hash of just that, or is refused by name.

use std::sync::Mutex;

use super::*;
use crate::report::privacy::sha256;

/// Does something once the files are listed and none is read.
struct OnceListed<F: FnOnce() + Send>(Mutex<Option<F>>);

impl<F: FnOnce() + Send> Progress for OnceListed<F> {
    fn begin(&self, _: Stage, _: u64) {
        if let Some(act) = self.0.lock().expect("a lock").take() {
            act();
        }
    }

    fn advance(&self, _: u64) {}
}

fn read_while(files: &[(&str, &[u8])], meanwhile: impl FnOnce(&Path) + Send) -> RawBatch {
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in files {
        fs::write(folder.path().join(name), bytes).expect("a file");
    }
    let listed = OnceListed(Mutex::new(Some(|| meanwhile(folder.path()))));
    read_batch(folder.path(), layouts(), &Workbooks::InProcess, &listed).expect("a batch")
}

#[test]
fn a_file_that_vanishes_is_named_and_the_others_are_read() {
    let files: [(&str, &[u8]); 2] = [("a.csv", LINES.as_bytes()), ("b.csv", b"x")];
    let batch = read_while(&files, |folder| {
        fs::remove_file(folder.join("b.csv")).expect("removed");
        fs::write(folder.join("c.csv"), LINES).expect("a file that comes too late");
    });
    assert_eq!(batch.tables.len(), 1);
    let told: Vec<_> = batch.unread.iter().map(|p| (p.kind, p.place.file.as_str())).collect();
    assert_eq!(told, [("file-changed", "b.csv")]);
    let names: Vec<_> = batch.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(names, ["a.csv", "b.csv"]);
}

#[test]
fn what_a_file_holds_when_it_is_read_goes_under_the_hash_of_just_that() {
    let book = |price: f64| {
        workbook(|book| {
            let sheet = book.add_worksheet();
            let titles = ["申报编号", "费用日期", "项目名称", "数量", "单价", "金额"];
            sheet.write_row(0, 0, titles).expect("titles");
            sheet.write_row(1, 0, ["A1", "2024-06-01", "床位费"]).expect("a row");
            sheet.write_row(1, 3, [2.0, price, 2.0 * price]).expect("a row");
        })
    };
    let (before, after) = (book(30.0), book(40.0));
    let other = LINES.replace("60.00", "70.00");
    let files: [(&str, &[u8]); 2] = [("a.csv", LINES.as_bytes()), ("b.xlsx", &before)];
    let batch = read_while(&files, |folder| {
        fs::write(folder.join("a.csv"), &other).expect("another text");
        fs::write(folder.join("b.xlsx"), &after).expect("another workbook");
    });
    let hashes: Vec<_> = batch.files.iter().map(|file| file.sha256.clone()).collect();
    assert_eq!(hashes, [sha256(other.as_bytes()), sha256(&after)]);
    assert!(shown(&batch.tables[0])[0].ends_with("|70.00"), "{:?}", shown(&batch.tables[0]));
    assert!(shown(&batch.tables[1])[0].ends_with("|40|80"), "{:?}", shown(&batch.tables[1]));
}
