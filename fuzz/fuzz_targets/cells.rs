//! See `lingbao::fuzzing::cells`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &str| lingbao::fuzzing::cells(data));
