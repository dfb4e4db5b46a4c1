//! What every handler gets: the application, the visitor, the language and the forms' bindings.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, Method, Uri, header};
use axum::response::{Html, IntoResponse, Response};
use countersign_core::facts::Browser;
use countersign_core::realm::RealmName;
use jiff::Timestamp;

use super::client_ip::client_ip;
use super::cookie::{Jar, Name};
use super::error::Fault;
use super::form::Fields;
use super::views::shell::{Banner, Contact, LanguageName, Page, Shell};
use crate::app::{App, PRODUCTION};
use crate::flow::{Visitor, browser};
use crate::i18n::Texts;
use crate::keys::Token;

/// The longest `User-Agent` and `Accept-Language` looked at.
const HEADER_LEN_MAX: usize = 512;

/// The context of a request.
pub(super) struct Ctx {
    /// The application.
    pub(super) app: Arc<App>,
    /// Who asks.
    pub(super) visitor: Visitor,
    /// The texts of the visitor's language.
    pub(super) texts: Texts,
    /// How cookies are written.
    pub(super) jar: Jar,
    /// What anonymous forms are bound to.
    pub(super) form: Option<Token>,
    /// Whether the request comes from this machine itself, through no proxy.
    pub(super) at_machine: bool,
    /// The path and query that show this page again.
    pub(super) here: String,
}

impl FromRequestParts<Arc<App>> for Ctx {
    type Rejection = Fault;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Fault> {
        let jar = jar(app);
        let read = |name| jar.read(&parts.headers, name).map_err(|_| Fault::BadForm("a cookie came twice"));
        let texts = texts(app, &parts.headers);
        let visitor = Visitor {
            now: app.clock.now(),
            ip: address(parts, app),
            browser: browser(&parts.headers),
            language: texts.tag().to_owned(),
            login: read(Name::Login)?,
            device: read(Name::Device)?,
            session: read(Name::Session)?,
        };
        let here = here(&parts.method, &parts.uri).unwrap_or_else(|| parts.uri.path().to_owned());
        Ok(Self {
            app: Arc::clone(app),
            visitor,
            texts,
            jar,
            form: read(Name::Form)?,
            at_machine: at_machine(&parts.extensions, &parts.headers),
            here,
        })
    }
}

impl Ctx {
    /// The frame of a page.
    pub(super) fn shell(&self, realm: Option<&RealmName>) -> Shell {
        let title = realm.and_then(|name| self.app.settings.realms.get(name)).map(|realm| realm.title.clone());
        Shell { realm_title: title, ..shell(&self.app, &self.texts, self.here.clone(), self.at_machine) }
    }

    /// How many seconds it is until then; none where it is over.
    pub(super) fn seconds_until(&self, until: Timestamp) -> u32 {
        u32::try_from(until.duration_since(self.visitor.now).as_secs().max(0)).unwrap_or(u32::MAX)
    }

    /// How many minutes to wait until then, the one that has begun included.
    pub(super) fn minutes_until(&self, until: Timestamp) -> u32 {
        (self.seconds_until(until) / 60).saturating_add(1)
    }

    /// The token of a form, bound to the cookie's value.
    pub(super) fn form_token(&self, kind: Form, bound_to: &Token) -> String {
        self.app.keys.form_token(kind.as_str(), bound_to.expose())
    }

    /// The token of a form for somebody who is nobody yet, and the cookie to set with its page, if there is none.
    pub(super) fn anonymous_form(&self) -> Result<(String, Option<Token>), Fault> {
        if let Some(bound_to) = &self.form {
            return Ok((self.form_token(Form::Anonymous, bound_to), None));
        }
        let new = Token::new(&self.app.entropy).map_err(|error| Fault::Internal(error.to_string()))?;
        Ok((self.form_token(Form::Anonymous, &new), Some(new)))
    }

    /// Refuses a form that this browser did not get from us. Its body has been read by now, so this is the time of the
    /// request: one that is held back for half a minute must not make a code live longer.
    pub(super) fn require_form(&mut self, kind: Form, fields: &Fields) -> Result<(), Fault> {
        self.visitor.now = self.app.clock.now();
        let bound_to = match kind {
            Form::Anonymous => self.form.as_ref(),
            Form::Session => self.visitor.session.as_ref(),
            Form::Step => self.visitor.login.as_ref(),
        };
        let bound_to = bound_to.ok_or(Fault::ForeignForm("the cookie is missing"))?;
        if self.app.keys.form_token_matches(kind.as_str(), bound_to.expose(), fields.text("csrf")) {
            Ok(())
        } else {
            Err(Fault::ForeignForm("the form's token is wrong"))
        }
    }
}

/// What a form is bound to; a token of one kind is worth nothing with another.
#[derive(Clone, Copy)]
pub(super) enum Form {
    /// A cookie that has no other meaning.
    Anonymous,
    /// A session.
    Session,
    /// A login in progress.
    Step,
}

impl Form {
    const fn as_str(self) -> &'static str {
        match self {
            Self::Anonymous => "login",
            Self::Session => "session",
            Self::Step => "step",
        }
    }
}

/// Renders a page.
pub(super) fn render(view: &impl Page) -> Result<Response, Fault> {
    Ok(Html(view.render()?).into_response())
}

/// The frame of a page, before anything is known of the visitor but the language.
pub(super) fn shell(app: &App, texts: &Texts, here: String, at_machine: bool) -> Shell {
    let environment = &app.server.environment;
    Shell {
        tx: texts.clone(),
        site_name: app.settings.site.name.clone(),
        realm_title: None,
        banner: if app.quarantined() {
            Some(Banner::Quarantine)
        } else if app.demo.is_empty() {
            None
        } else {
            Some(Banner::Demo)
        },
        shows_inbox: app.shows_inbox(at_machine),
        environment: (environment != PRODUCTION).then(|| environment.clone()),
        contact: Some(Contact::parse(&app.settings.site.contact)),
        languages: LanguageName::all(&app.catalogue),
        here,
    }
}

/// The texts of the language that the person chose, else of the one that the browser asks for.
pub(super) fn texts(app: &App, headers: &HeaderMap) -> Texts {
    let chosen = jar(app).language(headers).and_then(|tag| app.catalogue.find(&tag));
    chosen.unwrap_or_else(|| app.catalogue.negotiate(text(headers, &header::ACCEPT_LANGUAGE)))
}

/// The path and query of a page that can be asked for again; what answers a form has none of its own.
pub(super) fn here(method: &Method, uri: &Uri) -> Option<String> {
    let shown = matches!(*method, Method::GET | Method::HEAD);
    shown.then(|| uri.path_and_query().map_or("/", |path| path.as_str()).to_owned())
}

fn jar(app: &App) -> Jar {
    Jar { secure: app.server.public_url.is_https() }
}

/// A proxy on this machine would make every visitor look like one of it, but for the header that each proxy adds.
pub(super) fn at_machine(extensions: &Extensions, headers: &HeaderMap) -> bool {
    let peer = extensions.get::<ConnectInfo<SocketAddr>>();
    let forwarded = ["forwarded", "via", "x-forwarded-for", "x-forwarded-host", "x-real-ip"];
    peer.is_some_and(|info| info.0.ip().to_canonical().is_loopback())
        && forwarded.iter().all(|name| !headers.contains_key(*name))
}

fn address(parts: &Parts, app: &App) -> IpAddr {
    // A request that came over no socket (a test of the router alone) has no address; it counts as this machine.
    let peer =
        parts.extensions.get::<ConnectInfo<SocketAddr>>().map_or(IpAddr::from([127, 0, 0, 1]), |info| info.0.ip());
    client_ip(peer, &parts.headers, |ip| app.server.trusts_proxy(ip))
}

fn browser(headers: &HeaderMap) -> Browser {
    let of = |name| text(headers, name).unwrap_or_default();
    browser::parse(of(&header::USER_AGENT), of(&header::ACCEPT_LANGUAGE))
}

fn text<'h>(headers: &'h HeaderMap, name: &header::HeaderName) -> Option<&'h str> {
    headers.get(name).and_then(|value| value.to_str().ok()).filter(|text| text.len() <= HEADER_LEN_MAX)
}
