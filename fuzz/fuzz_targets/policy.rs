//! See `lingbao::fuzzing::policy`.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &str| lingbao::fuzzing::policy(data));
