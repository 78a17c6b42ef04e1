//! rsa-io
