# What people of a directory (LDAP, Active Directory) read when it stands in their way.

login-fault-unavailable = Signing in is not possible right now
login-fault-unavailable-next = The system that checks your password does not answer. Your password was not checked, and this try does not count. Try again in a few minutes; if it keeps happening, contact { $contact }.

## A login that cannot go on, after a right password

refused-account-expired-title = Your account has expired
refused-account-expired-what = Your password is right, but your account was made for a limited time, and that time is over.
refused-account-expired-next = If you still need it, contact { $contact }.
refused-not-in-group-title = Your account is not admitted here
refused-not-in-group-what = Your password is right, but your account does not belong to the people who may sign in here.
refused-not-in-group-next = If you should be able to, contact { $contact } and ask to be admitted.
refused-outside-hours-title = You cannot sign in at this time
refused-outside-hours-what = Your password is right, but your account may sign in only at certain hours, or only from certain computers.
refused-outside-hours-next = Try again during your working hours. If that does not help, contact { $contact }.
refused-password-expired-title = Your password has to be changed first
refused-password-expired-what = Your password is right, but it is too old, or it was given to you to be replaced.
refused-password-expired-next = Change it where you usually do, for example in Windows (Ctrl+Alt+Delete, “Change a password”), and sign in here with the new one. If you cannot, contact { $contact }.
