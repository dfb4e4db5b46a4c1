//! Signing in with the password of a directory: stories against a real OpenLDAP, each with a company of its own in it.

mod active_directory;
mod attacks_j;
pub(crate) mod company;
mod first_login;
mod own_account;
mod standing;
mod stranger;
mod wall;

pub(crate) use company::{Company, Employee};

/// Tells a story on both databases, with a company in the directory that nobody else has. `$setup` is what the
/// installation is besides that.
macro_rules! company_story {
    ($name:ident, $setup:expr, |$world:ident, $company:ident| $tale:block) => {
        async fn $name(kind: $crate::databases::Kind) {
            let company = $crate::directory_logins::Company::found().await;
            let mut world = $crate::world::World::start(kind, company.setup($setup)).await;
            {
                let ($world, $company) = (&mut world, &company);
                $tale
            }
            world.finish().await;
        }

        mod $name {
            #[tokio::test]
            async fn sqlite() {
                super::$name($crate::databases::Kind::Sqlite).await;
            }

            #[tokio::test]
            async fn postgres() {
                super::$name($crate::databases::Kind::Postgres).await;
            }
        }
    };
}
pub(crate) use company_story;
