//! `countersign account enrolment-code`

use std::process::ExitCode;

use serde_json::json;

use super::Failure;
use super::account::One;
use super::output::{self, moment};
use crate::flow::enrolment_code;

/// Issues a code and shows it, once.
pub(super) async fn run(one: One, environment: &[(String, String)]) -> Result<ExitCode, Failure> {
    let (app, row) = one.open(environment).await?;
    let issued = enrolment_code::issue(&app, &row).await?;
    let code = issued.code.expose();
    if one.json {
        let One { realm, identifier, .. } = &one;
        output::json(&json!({
            "realm": realm,
            "identifier": identifier,
            "enrolment_code": code,
            "expires_at": issued.expires_at,
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    println!("{code}");
    println!("It works once, until {}, and is not shown again; an earlier one has ended.", moment(issued.expires_at));
    println!("Give it only to the person, whom you have identified: with it and the password anybody can sign in.");
    Ok(ExitCode::SUCCESS)
}
