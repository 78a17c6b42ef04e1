//! rsa-cka
