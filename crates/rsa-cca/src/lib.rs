//! rsa-cca
