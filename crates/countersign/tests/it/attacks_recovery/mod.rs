//! The attack cases of security.md about ways back in: family H, and what A, C and N say of them.

mod h;
mod h_links;
mod lists;
mod races;
