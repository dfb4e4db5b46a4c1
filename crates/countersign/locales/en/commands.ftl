# What commands say to people. Scripts read JSON, which stays as it is.

command-yes = yes
command-no = no
command-none = none
command-never = never
command-password-set = The password is set. Sessions and trusted devices have ended.
command-account-unlocked = The account is unlocked: no pause, codes work again, trusted devices have ended.
command-account-disabled = The account is disabled. Its sessions and trusted devices have ended.
command-account-enabled = The account can log in again.
command-account-made = The account { $identifiers } is made in { $realm }.
command-account-unreachable = It has neither e-mail nor phone, so a login that needs a code will be refused.
command-administrator-without-phone = An administrator with no phone gets codes by e-mail, which others are not offered: whoever can read that mailbox can come in with the password alone. Add a phone with `countersign account reset-second-factor --phone`.
command-more-accounts = There are more; narrow it with --realm or --search.
command-state-disabled = disabled since { $since }
command-state-paused = paused until { $until }
command-state-codes-off = codes off since { $since }
command-state-new-password = new password needed since { $since }
command-state-open = open
command-column-realm = REALM
command-column-identifiers = IDENTIFIERS
command-column-name = NAME
command-column-role = ROLE
command-column-state = STATE
command-column-last-login = LAST LOGIN
command-column-what = WHAT
command-column-delivery = DELIVERY
command-column-detail = DETAIL
command-column-when = WHEN
command-column-channel = CHANNEL
command-column-to = TO
command-column-attempts = ATTEMPTS
command-column-provider = PROVIDER
command-column-provider-id = PROVIDER ID
command-column-outcome = OUTCOME
command-column-trigger = TRIGGER
command-column-enabled = ENABLED
command-column-holds = HOLDS
command-column-fires = FIRES
command-column-compared = COMPARED
command-column-login-id = LOGIN ID
command-column-password = PASSWORD
command-fact-realm = realm
command-fact-identifiers = identifiers
command-fact-name = name
command-fact-id = id
command-fact-source = source
command-fact-role = role
command-fact-state = state
command-fact-email = e-mail
command-fact-phone = phone
command-fact-second-factor = second factor turned on
command-fact-last-second-factor = last second factor
command-fact-code-failures = wrong codes in a row
command-fact-failures = failed logins since the last
command-fact-devices = trusted devices
command-fact-last-login = last login
command-fact-password-set = password set
command-fact-made = made
command-fact-account = account
command-fact-mode = mode
command-fact-choice = in Web+Center's words
command-fact-applies = asked for a second factor
command-fact-working = channels with a provider
command-fact-here = here
command-fact-sealed-as = sealed as
command-fact-differs = differs
command-fact-next-start = at the next start
command-policy-not-asked = Allow: the password is enough, because this account is not asked for a second factor.
command-policy-quiet = Allow: the password is enough, because no enabled trigger fires.
command-policy-challenge = Challenge: a code is needed ({ $reasons }); it can go to { $destinations }.
command-or = or
command-policy-refuse-no-destination = Refuse: a code is needed (no-destination), and there is no way to send one.
command-policy-refuse-factor-disabled = Refuse: a code is needed (factor-disabled), and codes are off for this account after too many wrong ones: `countersign account unlock`.
command-but-disabled = But the account is disabled since { $since }: `countersign account enable`.
command-but-paused = But wrong passwords pause it until { $until }: `countersign account unlock`.
command-in-realm = { $identifiers } in { $realm }
command-adopt-warning = Messages will leave from here as { $environment } at { $url }, and may cost money. Everybody has to log in again.
command-adopt-question = To go on, type the name of the environment ({ $environment }):
command-refused-adopt = that is not its name; nothing was changed
command-adopted = The database is sealed as { $environment } at { $url }.
command-adopt-voided = Ended: { $sessions } sessions, { $devices } trusted devices, { $logins } logins, { $challenges } challenges. Dropped: { $messages } messages.
command-adopt-noticed = A running service notices within half a minute.
command-refused-never-used = the database was never used; the first start seals it
command-seal-ours = sealed for this installation
command-seal-quarantine = QUARANTINE: no message leaves
command-seal-at = { $environment } at { $url }
command-seal-same = nothing
command-seal-goes-on = goes on as it is
command-seal-adopt = `countersign seal adopt` makes the database this installation's. Until then all messages go to /outbox.
command-doubt-clock-back = the clock is minutes behind what this database saw last: everybody has to log in again; let NTP set the clock
command-doubt-foreign = this database was sealed by another installation: everything that was live in it is void
command-doubt-lent = another installation has opened this database meanwhile: everybody has to log in again
command-doubt-moved = this database came out of a dump: everybody has to log in again
command-doubt-older = an older copy took the place of this database: everybody has to log in again
command-doubt-unknown = this installation has no note of this database (its epoch file): everybody has to log in again
command-copied = Copied to { $file }. Keep it apart from the key, which it is of no use without.
command-restored = { $file } is in place. Everybody has to log in again, with a code where one is asked for.
command-kept-aside = What was there before is kept as { $file }.
command-audit-entries =
    { $entries ->
        [one] One entry.
       *[other] { $entries } entries.
    }
command-audit-whole =
    { $entries ->
        [one] Nothing was changed: one entry.
       *[other] Nothing was changed: { $entries } entries.
    }
command-audit-earlier =
    { $entries ->
        [one] One earlier one was written before the database was adopted under this key, and cannot be checked with it. What was exported before can, with the key of then.
       *[other] { $entries } earlier ones were written before the database was adopted under this key, and cannot be checked with it. What was exported before can, with the key of then.
    }
command-audit-waiting =
    { $entries ->
        [one] A newer one has no place in the chain yet; a running service gives it within seconds.
       *[other] { $entries } newer ones have no place in the chain yet; a running service gives it within seconds.
    }
command-audit-changed = CHANGED at { $place }: { $why }.
command-factor-reset = The second factor is reset: codes work again; sessions and trusted devices have ended.
command-password-unchanged = The password is unchanged: if somebody else may know it, run `countersign account set-password`.
command-codes-go-to = Codes can go to: { $destinations }.
command-codes-go-nowhere = It has neither e-mail nor phone now, so a login that needs a code will be refused.
command-export-hashes = Password hashes are in this file: whoever has it can try passwords without limit. Remove it when the accounts are moved.
command-import-not-made = line { $line }: { $who }: NOT MADE: { $why }
command-import-made =
    line { $line }: { $who }: { $dry ->
        [yes] would be made
       *[no] made
    }{ $administrator ->
        [yes] , ADMINISTRATOR
       *[no] {""}
    }{ $without ->
        [password] , without a password
        [destination] , without e-mail and phone
        [both] , without a password, e-mail and phone
       *[nothing] {""}
    }
command-import-summary =
    { $made } accounts { $dry ->
        [yes] would be made
       *[no] made
    }, { $failed } not.
command-import-silent = { $accounts } have no password: nobody can log in to them until `countersign account set-password`.
command-import-verified = E-mail addresses and phones of an import count as verified: whoever runs it vouches for them.
command-refused-no-terminal = there is no terminal to ask for a password: use --password-file FILE, or -
command-ask-password = Password:
command-ask-password-again = The same password again:
command-refused-passwords-differ = the two passwords differ; nothing was changed
command-refused-empty-line = the first line, where the password should be, is empty
command-refused-no-provider = no provider of { $channel } is configured: add one to [providers.…]
command-refused-no-working-provider = no provider of this channel works; nothing was sent
command-price = price: { $price }
command-nothing-sent = Nothing was sent. With --send a real message goes out, and you type its code back.
command-ask-code = The code in the message:
command-refused-no-code = no code was typed back, so it is not known whether the message arrived
command-delivery-right = Right. Messages by { $channel } arrive.
command-code-unchecked = { $provider } could not be asked whether that is its code; type it again.
command-answer-call = Answer and press a key. The code is told by the running service, so start it first.
command-not-a-code = A code is six digits.
command-refused-code-not-typed = the code was not typed back; run the test again
command-wrong-code =
    That is not the code; { $tries ->
        [one] one try left
       *[other] { $tries } tries left
    }.
command-provider-works = { $provider }: works
command-provider-does-not = { $provider }: does not work: { $why }
command-provider-took = { $provider } took the message to { $to }.
command-parts =
    { $parts ->
        [one] one part
       *[other] { $parts } parts
    }, { $encoding }
command-demo-runs = Countersign is running as a demo. It sends nothing, and forgets everything when it stops (Ctrl-C).
command-demo-sign-in = Sign in
command-demo-messages = Messages
command-refused-exists = { $file } exists already; nothing was changed
command-refused-first-realm = the first administrator is in internal or external
command-written = Written: { $config } and { $key }.
command-administrator-made = The administrator { $identifiers } is made in { $realm }.
command-next = Next:
command-next-key = Keep a copy of the key, apart from the copies of the database.
command-next-settings = In { $config }: name the site, add a provider, and choose a policy for each realm.
command-ask-public-url = Public URL, such as https://login.example.com:
command-refused-no-public-url = --public-url is missing
command-refused-public-url = the public URL is https://HOST or https://HOST:PORT (http only for this machine itself)
command-ask-login-id = The administrator's login ID:
command-refused-no-identifier = --identifier is missing: what the administrator types to log in
command-ask-name = The administrator's name:
command-ask-email = E-mail address for codes (empty for none):
command-ask-phone = Phone for codes, with + (empty for none):
command-refused-no-name = --name is missing: the administrator's name
command-the-environment = the environment
command-check-clock = { $now } is before this program was installed ({ $installed }): set the clock, and let NTP keep it
command-check-no-file = { $file } is not there yet; `countersign init` or the first start makes it
command-check-database = { $url }: { $why }; check server.database, and that it may be read and written
command-check-database-clock = the database says { $clock }: let NTP set both clocks
command-check-clock-agrees = agrees with the database
command-check-seal = the database was sealed as { $environment } at { $url }, or with another key: it would start in quarantine and send nothing
command-check-no-account = there is none yet, so nobody can log in: `countersign account add`
command-check-provider = { $provider } works ({ $facts })
command-check-provider-fault =
    { $provider }: { $why }; { $remedy ->
        [network] check the network, then the address
       *[credentials] correct the credentials or the sender
    } in [providers.{ $provider }]
command-check-fault = fault
command-check-ok = ok
command-check-warning = warning
command-column-source = SOURCE
command-column-says = SAYS
command-fact-external-id = id in the directory
command-fact-groups = groups
command-fact-confirmed = confirmed by the directory
command-state-refused = refused by { $source }: { $why }
command-but-refused = But the directory { $source } refused it when it was last asked: { $why }.

# delivery providers, receipts, resume
command-column-channels = CHANNELS
command-column-address = ADDRESS
command-provider-state-works = works
command-provider-rests = rests until { $until } ({ $cause }, since { $since })
command-receipts-none = No provider is configured that has to be told an address for its receipts.
command-receipts-secret = Whoever knows an address can claim that a message arrived. Enter it at the provider and show it to nobody.
command-resumed = Text messages go to { $to } again. The provider may still hold them back until the person replies START.
command-refused-not-suspended = this number is not suspended; nothing was changed

# account send-password-link
command-link-elsewhere = The password of this account is kept in its directory. A mail that says so is on its way; set it there.
command-link-sent = The mail is on its way. Its link works once, for 30 minutes; the second factor stays as it is.
command-refused-link-disabled = the account is disabled; enable it first
command-refused-link-limited = enough mails went to this account already; the last link goes on working, or try again later
command-refused-link-no-address = the account has no verified e-mail address; set a password with `account set-password`
command-refused-account-gone = the account is gone
command-column-directory = DIRECTORY
command-column-servers = SERVERS
command-column-realms = REALMS
command-directory-none = There is no directory. Add [directories.NAME] to the configuration.
command-directory-failed = FAILED
command-directory-noted = note
command-directory-passed = ok
command-refused-which-directory = there are several directories: say which with --directory NAME
command-refused-no-such-directory = there is no such directory: countersign directory list shows those there are
command-refused-steps-failed = { $count ->
    [one] one step of the test failed
   *[other] { $count } steps of the test failed
}
command-enrolment-code-until = It works once, until { $until }, and is not shown again; an earlier one has ended.
command-enrolment-code-whom = Give it only to the person, whom you have identified: with it and the password anybody can sign in.

# what the flows refuse, at a command and in the report of an import
command-refused-no-trusted-device = this account has no trusted device; leave --device out
command-refused-copy-by-postgres = a PostgreSQL database is copied by PostgreSQL's own program: { $command }
command-refused-restore-by-postgres = a PostgreSQL database is put back by PostgreSQL's own program: { $command }
command-refused-copy-exists = { $file } exists and is not overwritten; name another file
command-refused-no-database = there is no database at { $file }
command-refused-no-file = there is no file { $file }
command-refused-database-in-use = the database is in use: stop every Countersign that uses it, and try again
command-refused-foreign-database = { $file } is no database of Countersign
command-refused-aside-exists = { $file } exists and is not overwritten; move it away
command-refused-copy-damaged = { $file } is damaged ({ $fault }); take another copy
command-refused-file-unreadable = the file cannot be read: { $why }
command-refused-quarantine = this database belongs to another installation, so nothing is sent (quarantine) but to what quarantine.allow lists; see `countersign seal status`
command-refused-no-route = no route and no sender reaches the country of this number
command-refused-by-provider = { $provider } refused the message: { $why }
command-refused-identifiers = an account has 1 to 8 identifiers: what the person types to log in
command-refused-name = a name has 1 to 120 characters on one line, without marks that turn the text around
command-refused-identifier = { $typed }: an identifier is 1 to 254 bytes of letters, digits and punctuation, without spaces (RFC 8265)
command-refused-email = an e-mail address looks like name@example.com
command-refused-phone = a phone number is written with + and its country code, such as +1 416 555 0123
command-refused-phone-kind = a code cannot be sent to this kind of number (satellite, premium rate, toll-free, pager)
command-refused-role = a role is one of administrator, user
command-refused-taken = { $identifier } is taken already by another account of { $realm }
command-refused-no-realm = there is no realm { $realm }; there are: { $realms }
command-refused-no-account = there is no account { $identifier } in { $realm }
command-refused-password-in-directory = the password of this account is in the directory { $source }, and Countersign keeps none for it: change it there
command-refused-password-elsewhere = this account's password is kept in its directory
command-refused-country = phones.countries leaves out the country of this number
command-refused-not-theirs = this account has no such { $what }
command-refused-device-name = a device's name has 1 to 60 characters on one line
command-refused-enrolment-code = an enrolment code is for an account without e-mail and phone, and this one has: if the person lost it, run `countersign account reset-second-factor` with --remove-phone or --remove-email first
command-refused-file-large = the file is larger than 32 MiB; split it
command-refused-file-long = the file has more than { $most } accounts; split it
command-refused-file-empty = there is no account in the file: the first line has the heads, each other one an account
command-refused-file-utf16 = the file is UTF-16; save it as CSV in UTF-8
command-refused-no-column = there is no column { $column }; there are: { $columns }
command-refused-column-twice = the column { $column } is there twice
command-refused-column-missing = the column { $column } is missing; the first line names the columns
command-refused-line-encoding = line { $line } is not UTF-8; save the file as CSV in UTF-8
command-refused-line-fields = { $fields } fields where there are { $columns } columns; quote a field that holds a comma
command-refused-line-long = longer than 16 KiB; a quote may be missing
command-refused-line-realm = it belongs to another realm than { $realm }; import it with --realm
command-refused-line-flag = { $column } is yes or no
command-refused-line-twice = { $identifier } is on line { $line } already
command-refused-import-broke-off = { $why }; run the import again: what was made is told as taken
command-refused-hash-costly = the password hash asks for too much work for one login ({ $what }); leave it out and set a new password
command-refused-hash-damaged = the password hash is damaged or incomplete; copy the whole text
command-refused-hash-unknown = the password hash is of no kind that can be taken: argon2, scrypt and pbkdf2 as PHC strings ($…$), bcrypt ($2a$, $2b$, $2y$) and Django's pbkdf2_sha256$…
command-refused-hash-weak = the password hash is too weak to be kept ({ $what }); leave it out and set a new password
