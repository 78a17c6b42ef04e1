//! rsa-stats
