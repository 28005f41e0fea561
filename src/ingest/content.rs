//! What a file is, by its first bytes and the names inside its container.

/// The kinds of content that ingest tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Xlsx,
    Xlsb,
    Xls,
    Ods,
    /// Anything without a known signature; whether it is text shows when it is decoded.
    Text,
    Empty,
    Zip,
    /// A format that Excel opens and this program does not.
    Unsupported(&'static str),
    /// Something that is no spreadsheet at all.
    Foreign(&'static str),
}

impl Content {
    pub fn is_workbook(self) -> bool {
        matches!(self, Content::Xlsx | Content::Xlsb | Content::Xls | Content::Ods)
    }
}

const SIGNATURES: &[(&[u8], &str)] = &[
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xFF\xD8\xFF", "JPEG"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"{\\rtf", "RTF"),
    (b"Rar!", "RAR"),
    (b"7z\xBC\xAF", "7z"),
    (b"\x1F\x8B", "gzip"),
    (b"SQLite format 3", "SQLite"),
    (b"MZ", "EXE"),
];

/// Where names inside a container are looked for: its beginning and its end, where a zip keeps
/// its list of names.
const HEAD_BYTES: usize = 1 << 16;
const TAIL_BYTES: usize = 1 << 18;

/// Tells what the bytes are; reads no more than a few hundred kilobytes of them.
pub(super) fn recognise(bytes: &[u8]) -> Content {
    if bytes.is_empty() {
        return Content::Empty;
    }
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return package(bytes);
    }
    if bytes.starts_with(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        return Content::Xls;
    }
    // The record that begins a workbook of Excel 2, 3, 4 and (outside a container) 5.
    if let [0x09, 0x00 | 0x02 | 0x04 | 0x08, ..] = bytes {
        return Content::Unsupported("Excel 2–5");
    }
    if let Some((_, name)) = SIGNATURES.iter().find(|(mark, _)| bytes.starts_with(mark))
        && bytes[..bytes.len().min(HEAD_BYTES)].iter().any(|&byte| is_binary(byte))
    {
        return Content::Foreign(name);
    }
    markup(bytes).unwrap_or(Content::Text)
}

/// Bytes that no text in a single- or double-byte encoding has. Signatures such as `BM` are
/// words too, so a text may begin with them.
pub(super) fn is_binary(byte: u8) -> bool {
    byte < 9 || (14..32).contains(&byte) && byte != 27
}

fn package(bytes: &[u8]) -> Content {
    let holds = |needle: &[u8]| {
        let head = &bytes[..bytes.len().min(HEAD_BYTES)];
        let tail = &bytes[bytes.len().saturating_sub(TAIL_BYTES)..];
        [head, tail].iter().any(|part| part.windows(needle.len()).any(|w| w == needle))
    };
    if holds(b"opendocument.spreadsheet") || holds(b"META-INF/manifest.xml") {
        Content::Ods
    } else if holds(b"xl/workbook.bin") {
        Content::Xlsb
    } else if holds(b"word/document.xml") || holds(b"ppt/presentation.xml") {
        Content::Foreign("Office")
    } else if holds(b"[Content_Types].xml") || holds(b"xl/") {
        Content::Xlsx
    } else {
        Content::Zip
    }
}

/// A web page or an XML spreadsheet, which some systems write under the name `.xls`.
fn markup(bytes: &[u8]) -> Option<Content> {
    let head: Vec<u8> = bytes
        .iter()
        .copied()
        .filter(|byte| !matches!(byte, 0xEF | 0xBB | 0xBF))
        .take(512)
        .collect();
    let head = String::from_utf8_lossy(&head).trim_start().to_ascii_lowercase();
    if ["<html", "<!doctype html", "<table", "<meta", "<head"].iter().any(|t| head.starts_with(t)) {
        return Some(Content::Unsupported("HTML"));
    }
    head.starts_with("<?xml").then_some(Content::Unsupported("XML"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_told_by_its_bytes() {
        for (bytes, expected) in [
            (&b""[..], Content::Empty),
            (b"BM,\xD0\xD5\xC3\xFB", Content::Text),
            (b"BM\x36\0\0\0", Content::Foreign("BMP")),
            (b"<html><table>", Content::Unsupported("HTML")),
            (b"\xEF\xBB\xBF<?xml version", Content::Unsupported("XML")),
            (b"\x09\x08\x10\0", Content::Unsupported("Excel 2–5")),
            (b"PK\x03\x04....notes.txt", Content::Zip),
            (b"PK\x03\x04....xl/workbook.xml", Content::Xlsx),
            (b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", Content::Xls),
        ] {
            assert_eq!(recognise(bytes), expected, "{bytes:?}");
        }
    }
}
