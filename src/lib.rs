//! libswiftclient: a client for OpenStack Object Storage (Swift) with a C interface.
//!
//! The public interface is the C header `include/swiftclient.h`, generated from [`ffi`]. The layers
//! import downward only: [`ffi`] (C types and pointers) → [`service`] (batches on worker threads) →
//! [`core`] (the REST client, safe Rust) → [`sys`] (the operating system).
//!
//! The Rust modules are public for the tests of this repository; what is stable is the C interface.

// These documents are for who works on the library, who sees the private items too.
#![allow(rustdoc::private_intra_doc_links)]

pub mod core;
pub mod ffi;
pub mod service;
pub mod sys;
