#![no_main]
//! Service-account key files: parsing must neither panic nor accept a key that does not load.

libfuzzer_sys::fuzz_target!(|data: &[u8]| signet_google::fuzzing::key_file(data));
