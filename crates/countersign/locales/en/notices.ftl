### Messages that carry no code: what changed, and who may be at the door.
###
### An SMS is one line, at most 120 characters with a site name of 18, in the GSM alphabet, without a link.
### A mail says what happened and when, and what to do; the program adds the one link.

notice-by-channel = { $channel ->
    [email] by e-mail
    [sms] by text message
   *[voice] by call
}
notice-when = It happened on { $at }.
notice-advice = If that was you, you need not do anything. If it was not you, say so here: everything that is open on your account ends at once, and a new password is needed.
notice-advice-contact = If that was you, you need not do anything. If it was not you, tell { $contact } now.
notice-not-me = This was not me
notice-not-me-code = Not you? This page ends that login and everything else that is open on your account:
notice-help = Questions? Ask { $contact }.
notice-alarm-factor-disabled-next = Find out with the person, by another way than mail, whether it was they. “countersign account reset-second-factor” gives the second factor a new start.
notice-alarm-lockout-next = The account comes back by itself after each pause, and its trusted browsers are not concerned. The audit log names the addresses that the guesses came from.
notice-alarm-not-me-next = Find out with the person what happened. The audit log shows what was done with the account before.
notice-login-paused-next = If it was not you, somebody is guessing. A password that you use nowhere else stays safe; change it if in doubt.
notice-not-me-confirmed-next = Choose a new password on the sign-in page with “Forgot your password?”, or ask { $contact }. Do not take the old one again, anywhere.
notice-password-elsewhere-next = Change it where you sign in to your computer, or ask { $contact }. If you have not asked for it, you need not do anything.
notice-password-link-open = Choose a new password
notice-password-link-next = If you have not asked for it, you need not do anything: your password is what it was.
notice-password-link-over = The link in this message works no more.

notice-alarm-factor-disabled-subject = { $site }: the code factor of { $account } is off
notice-alarm-factor-disabled-what = The code factor of the account { $account } in the realm { $realm } was turned off: somebody who knows its password has typed too many wrong codes.

notice-alarm-lockout-subject = { $site }: somebody guesses the password of { $account }
notice-alarm-lockout-what = Wrong passwords have paused the account { $account } in the realm { $realm } { $pauses } times within a day.

notice-alarm-not-me-subject = { $site }: “This was not me”, says { $account }
notice-alarm-not-me-what = The person of the account { $account } in the realm { $realm } has said “This was not me”. Every session, trusted browser and code of the account has ended, and its password opens nothing any more.

notice-codes-asked-subject = { $site }: somebody keeps asking for codes
notice-codes-asked-what = Somebody who knows your password keeps asking for login codes. No more codes are sent for a while.

notice-contact-added-subject = { $site }: codes can go to one more place
notice-contact-added-what = From now on, codes for your account can go to { $mask } { notice-by-channel }.

notice-contact-changed-subject = { $site }: codes go to another place
notice-contact-changed-what = Codes for your account do not come here any more, but to { $mask } { notice-by-channel }.

notice-contact-removed-subject = { $site }: codes go to a place no more
notice-contact-removed-what = Codes for your account go no more to { $mask } { notice-by-channel }.

notice-device-reused-subject = { $site }: somebody may have a copy of a trusted browser
notice-device-reused-what = A sign-in used an old copy of what your trusted browser { $name } remembers. That browser is not trusted any more.

notice-devices-revoked-subject = { $site }: your browsers are not trusted any more
notice-devices-revoked-what = An administrator has ended the trust in every browser of your account. The next login asks for a code.

notice-enrolment-code-issued-subject = { $site }: an enrolment code was issued for you
notice-enrolment-code-issued-what = An administrator has issued a code with which a new place for login codes can be added to your account.

notice-factor-disabled-subject = { $site }: login codes are turned off for your account
notice-factor-disabled-what = Somebody who knows your password has typed too many wrong codes. No code is sent or accepted for your account any more, and no browser is trusted, until an administrator turns the codes on again.

notice-factor-turned-off-subject = { $site }: two-step login is off
notice-factor-turned-off-what = Two-step login was turned off for your account. From now on the password alone is enough.

notice-factor-turned-on-subject = { $site }: two-step login is on
notice-factor-turned-on-what = Two-step login was turned on for your account. From now on a login may ask for a code besides the password.

notice-login-paused-subject = { $site }: wrong passwords paused your account
notice-login-paused-what = Too many wrong passwords were typed with your name, so logging in with it is paused for a while. Nobody has got in that way.

notice-not-me-confirmed-subject = { $site }: your account is secured
notice-not-me-confirmed-what = You have said “This was not me”. Every session and every trusted browser of your account has ended, and your password opens nothing any more.

notice-password-changed-subject = { $site }: your password was changed
notice-password-changed-what = The password of your account was changed, and every session and trusted browser of before has ended.

notice-password-elsewhere-subject = { $site }: your password is kept elsewhere
notice-password-elsewhere-what = Somebody, hopefully you, has asked for a new password. Your password is the one of your organisation, which keeps it in its own directory: it cannot be changed here.

notice-password-link-subject = { $site }: choose a new password
notice-password-link-what = { $minutes ->
    [one] Somebody, hopefully you, has asked for a new password. This link lets you choose it; it works once, for one minute.
   *[other] Somebody, hopefully you, has asked for a new password. This link lets you choose it; it works once, for { $minutes } minutes.
}

notice-password-reset-subject = { $site }: a new password was set
notice-password-reset-what = A new password was set for your account with a link that was mailed, and every session and trusted browser of before has ended.

notice-recovery-code-used-subject = { $site }: a recovery code was used
notice-recovery-code-used-what = { $left ->
    [0] A recovery code of your account was used. It was the last one: make new ones.
    [one] A recovery code of your account was used. One is left: make new ones soon.
   *[other] A recovery code of your account was used. { $left } are left.
}

notice-recovery-codes-made-subject = { $site }: new recovery codes were made
notice-recovery-codes-made-what = New recovery codes were made for your account. Those of before are worth nothing now.

notice-second-factor-reset-subject = { $site }: your second factor has a new start
notice-second-factor-reset-what = An administrator has given the second factor of your account a new start. Every session and every trusted browser has ended.

notice-sessions-ended-subject = { $site }: you were signed out everywhere
notice-sessions-ended-what = An administrator has ended every session of your account.

notice-wrong-code-subject = { $site }: your password was used, and the code was wrong
notice-wrong-code-what = Somebody gave your right password and then wrong codes, until no try was left. That login was refused.

# The page "This was not me".
not-me-link = A code or message that you did not ask for?
not-me-title = This was not me
not-me-title-done = Your account is secured
not-me-title-over = This link works no more
not-me-lead = If you did not do what the message tells of, press the button. Then:
not-me-ends = Every login, session, trusted browser and code of your account ends at once, wherever it is.
not-me-password-here = Your password opens nothing any more, until you choose a new one.
not-me-password-elsewhere = Your password is kept by your organisation. Change it there at once: we cannot.
not-me-password-either = A password that is kept here opens nothing any more, until you choose a new one.
not-me-tells = The administrators are told.
not-me-submit = This was not me
not-me-was-you = It was you? Then close this page; nothing has changed.
not-me-code-lead = Have you got a login code that you did not ask for? Then somebody knows your password. Type the code here, and nowhere else.
not-me-name = Phone number or address it came to, or your sign-in name
not-me-code = The code in the message
not-me-fault-not-found = No such code was sent there within the last hour, or it was tried too often. Look at the number or name, and at the newest message.
not-me-done = Everything that was open on your account has ended. Whoever had your password gets no further with it.
not-me-next-here = Now choose a new password: on the sign-in page with “Forgot your password?”, or ask { $contact }. Do not take the old one again, anywhere.
not-me-next-elsewhere = Now change your password where your organisation keeps it, or ask { $contact }. Until then, whoever has it can try again.
not-me-choose = Choose a new password
not-me-over = A link works once, for 24 hours. This one was used, is too old, or was not copied whole.
not-me-over-next = If you still think that somebody else is at your account, ask { $contact } now.
not-me-with-code = I have a code
refused-password-must-change-title = A new password is needed
refused-password-must-change-what = Your password was given up when “This was not me” was said about your account.
refused-password-must-change-next = Choose a new one on the sign-in page with “Forgot your password?”, or ask { $contact }.

sms-notice-codes-asked = { $site }: somebody who knows your password keeps asking for codes.
sms-notice-contact-added = { $site }: codes can now also go to { $mask }.
sms-notice-contact-changed = { $site }: codes now go to { $mask } and no longer here.
sms-notice-contact-removed = { $site }: codes no longer go to { $mask }.
sms-notice-device-reused = { $site }: an old copy of a trusted browser was used; it is not trusted any more.
sms-notice-devices-revoked = { $site }: your browsers are not trusted any more.
sms-notice-enrolment-code-issued = { $site }: an enrolment code was issued for your account.
sms-notice-factor-disabled = { $site }: too many wrong codes; nobody can log in with a code until an administrator helps.
sms-notice-factor-turned-off = { $site }: two-step login was turned off for your account.
sms-notice-factor-turned-on = { $site }: two-step login was turned on for your account.
sms-notice-login-paused = { $site }: too many wrong passwords; logging in with your name is paused for a while.
sms-notice-not-me-confirmed = { $site }: you said it was not you: all sessions have ended, and a new password is needed.
sms-notice-password-changed = { $site }: the password of your account was changed.
sms-notice-password-elsewhere = { $site }: your password is your organisation's and is changed there.
sms-notice-password-reset = { $site }: a new password was set for your account.
sms-notice-recovery-code-used = { $site }: a recovery code of your account was used, { $left } left.
sms-notice-recovery-codes-made = { $site }: new recovery codes were made for your account.
sms-notice-second-factor-reset = { $site }: an administrator has given your second factor a new start.
sms-notice-sessions-ended = { $site }: an administrator has ended every session of your account.
sms-notice-wrong-code = { $site }: somebody used your right password and typed wrong codes.
sms-notice-password-link = { $site }: somebody asked for a new password; the link went by e-mail.
sms-notice-stranger = Not you? Tell { $contact }.
