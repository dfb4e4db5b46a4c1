### Passwords and recovery: forgotten, changed, new ones; recovery codes; sessions and recent activity.
## A new password

new-password-label = New password
new-password-rules = At least { $least } characters. Several words that do not belong together are strong and easy to remember.
unfit-breached = This password is known from a breach of another site. Choose another one.
unfit-common = This is one of the most common passwords, which are tried first. Choose another one.
unfit-known = The password must not contain your sign-in name or the name of this site.
unfit-long = A password has at most 128 characters.
unfit-short = This password is too short: at least { $least } characters are needed. Add another word.
unfit-unreadable = The password contains something that cannot be typed again, such as a line break.
unfit-weak = This password is easy to guess. Common words, names, dates and rows of keys are tried first: add a word or two that do not belong together.

## A forgotten password

forgot-title = Forgot your password?
forgot-lead = Tell us the name you sign in with. We send a link to the e-mail address that we have on file.
forgot-missing = Fill in the name you sign in with.
forgot-submit = Send me a link
forgot-asked-title = Check your mail
forgot-asked-lead = If there is an account with that name, a message is on its way to its e-mail address.
forgot-asked-next = Its link works once, for 30 minutes. Only the newest one works.
forgot-asked-help = Nothing there after a few minutes? Look in your spam folder, then ask { $contact }. For your safety we cannot say here whether an account exists.
reset-title = Choose a new password
reset-lead = This replaces the password you use for { $site }.
reset-submit = Set the new password
reset-ends = You will be signed out everywhere, and you then sign in with the new password. If your account uses codes, you will be asked for one.
reset-gone-title = This link does not work
reset-gone-lead = It was used already, a newer one was sent, or it is more than 30 minutes old. Your password is unchanged by it.
reset-gone-again = Ask for a new link

## Changing the password

password-change-title = Change your password
password-change-lead = You stay signed in here. Everywhere else you are signed out, and no browser is trusted any more.
password-change-current = Current password
password-change-submit = Change it
password-change-same = The new password is the old one. Choose another one.
password-change-wrong = This is not your current password. Check it and try again.
password-change-paused =
    { $minutes ->
        [one] Too many wrong passwords. Try again in one minute.
       *[other] Too many wrong passwords. Try again in { $minutes } minutes.
    }

## Recovery codes

recovery-use = Use a recovery code
recovery-title = Use a recovery code
recovery-lead = Enter one of the codes that you wrote down. It works once, in place of the code we would send you.
recovery-lead-email-rests = Your password was reset by e-mail a short while ago. Until { $until } we send no code to that same mailbox, so enter one of the recovery codes that you wrote down.
recovery-lead-factor-disabled = Too many wrong codes were entered, so we stopped sending them. One of the recovery codes that you wrote down lets you in, and switches codes on again.
recovery-lead-no-destination = We have nowhere to send a code. Enter one of the recovery codes that you wrote down.
recovery-label = Recovery code
recovery-form = Five groups of five letters and digits. Capitals, blanks and hyphens do not matter.
recovery-fault-format = That is no recovery code: it has 25 letters and digits. Check it and try again.
recovery-fault-wrong = That code is wrong, or it was used before. Try another one of your list.
recovery-fault-paused =
    { $minutes ->
        [one] Too many wrong recovery codes. Try again in one minute.
       *[other] Too many wrong recovery codes. Try again in { $minutes } minutes.
    }
recovery-other-way = Send me a code instead
recovery-help = No recovery codes? Ask { $contact }.
recovery-codes-title = Recovery codes
recovery-codes-new-title = Your new recovery codes
recovery-codes-lead = With a recovery code you can sign in when your phone is lost. You get ten; each works once. Keep them where only you find them, and not on the phone.
recovery-codes-left =
    { $left ->
        [0] You have none.
        [one] You have one left.
       *[other] You have { $left } left.
    }
recovery-codes-made = Made
recovery-codes-make = Make new codes
recovery-codes-replace = The codes you have now stop working when you make new ones.
recovery-codes-once = These codes are shown this one time. Print this page or write them down now.
recovery-codes-for = { $site }, for { $identifier }:
recovery-codes-keep = Each works once, together with your password. Nobody will ever ask you for them on the phone or by mail.
account-secrets = Password and recovery codes
account-password = Password
account-password-set = Set
account-password-change = Change your password
account-password-elsewhere = Your organisation keeps it; change it there.
account-recovery-codes = Make or replace recovery codes
account-proven-recovery = Your password and a recovery code

## Sessions and trusted browsers

account-sessions = Where you are signed in
account-this-session = This session
account-session-since = Signed in
account-session-end = Sign out there
account-sessions-end-others = Sign out everywhere else
account-device-change = Rename or stop trusting
account-device-name = Name
account-device-rename = Rename
account-device-revoke = Stop trusting it
account-notice-device-renamed = The browser has its new name.
account-notice-password-changed = Your password is changed. You are signed out everywhere else, and no browser is trusted any more.
account-notice-session-ended = You are signed out there.
account-notice-sessions-ended = You are signed out everywhere else.

## Recent activity

activity-title = Recent activity
activity-lead = What happened to your account, the newest first.
activity-more = Show more
activity-not-you = Something here was not you? Press “This was not me” beside it; what that does is shown before anything happens.
activity-login = You signed in
activity-challenged = The password was right, and a code was needed
activity-login-failed = A password was wrong
activity-login-paused = Too many wrong passwords: signing in was paused
activity-login-refused = The password was right, and signing in was refused
activity-wrong-code = A code was wrong
activity-codes-off = Too many wrong codes: codes were switched off
activity-recovery-code = A recovery code was used
activity-wrong-recovery-code = A recovery code was wrong
activity-recovery-codes-made = New recovery codes were made
activity-password-changed = The password was changed
activity-password-reset = A new password was set by a link in a mail
activity-password-reset-asked = A new password was asked for by mail
activity-device-trusted = A browser became trusted
activity-device-renamed = A trusted browser got another name
activity-devices-revoked = Trusted browsers were revoked
activity-device-copied = An old copy of a trusted browser came back, and was refused
activity-session-ended = A session was ended
activity-factor-reset = An administrator gave the second factor a new start
activity-unlocked = An administrator unlocked the account
activity-disabled = An administrator disabled the account
activity-not-me = “This was not me” was said
activity-code-asked = A code was asked for: { $reasons }.
activity-code-none = No code is asked of your account.
activity-code-nothing = No code was needed: nothing was out of the ordinary.
activity-reason-untrusted-device = the browser was not trusted
activity-reason-new-network = it came from another network
activity-reason-factor-too-old = the last code was long ago
activity-reason-recent-failures = there had been wrong passwords
activity-reason-changed-browser = it was another browser

## A login that has to wait

refused-email-rests-title = Please wait, or ask for help
refused-email-rests-what = Your password was reset by a link to your mailbox. Until { $until } we send no code to that same mailbox: whoever reads it would have everything.
refused-email-rests-next = Sign in again after that, or contact { $contact }, who can add another way to reach you.
